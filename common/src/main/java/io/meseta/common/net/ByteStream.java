package io.meseta.common.net;

import java.time.Duration;

/**
 * An answer whose body is written bit by bit, seen from the server: as an {@link EventStream}, but
 * what is sent goes out as it is, without a frame. Every method may be called from any thread.
 */
public interface ByteStream extends EventStream {

  /**
   * Waits until little of what was sent is still waiting for the client. Who sends no more than
   * some KiB between two calls is never dropped as one whose client is slow.
   *
   * @return false if the client took nothing, or not enough, for so long, or the stream is over
   */
  boolean awaitRoom(Duration limit) throws InterruptedException;

  /**
   * Ends the body. If a length was announced and something else was sent, the connection is dropped
   * instead, which shows the client that it does not have all.
   */
  @Override
  void close();
}
