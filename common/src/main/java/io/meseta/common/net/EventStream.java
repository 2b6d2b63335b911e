package io.meseta.common.net;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * An answer that goes on, seen from the server. After {@link #close} the connection stays open for
 * the client's next request. Every method may be called from any thread.
 */
public interface EventStream extends RecordSink {

  /**
   * To be told once that the stream is over, whoever ended it: on a Netty thread, or on the calling
   * thread if it is over already. Records sent before may not have arrived. Several callbacks may
   * be given.
   */
  void onClose(Consumer<CloseReason> callback);

  /** Whether {@link #send} still takes records. */
  boolean isOpen();

  /**
   * For senders that can wait for their reader: blocks while more than so many bytes wait to be
   * written to the socket. Not on a Netty thread.
   *
   * @param limit how long to wait at most
   * @return whether there is room; false also when the stream has ended
   */
  boolean awaitRoom(long bytes, Duration limit) throws InterruptedException;
}
