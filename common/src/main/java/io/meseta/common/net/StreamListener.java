package io.meseta.common.net;

/**
 * What a stream call brings: first {@link #onOpen} or {@link #onRefused}, unless the connection
 * fails before; then records if it is open; {@link #onClosed} exactly once and last.
 *
 * <p>Called on a Netty thread, one at a time: do not block. An exception ends the stream.
 */
public interface StreamListener {

  /** The answer is 200 and records follow. */
  void onOpen(Headers headers);

  /**
   * The answer is not 200: a refusal, a redirect. The body is cut at 64 KiB. {@link #onClosed}
   * follows with {@link CloseReason.Kind#REFUSED}.
   */
  void onRefused(ClientResponse response);

  /** The next record. */
  void onRecord(byte[] record);

  /** It is over, or was never open. */
  void onClosed(CloseReason reason);
}
