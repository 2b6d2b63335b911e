package io.meseta.common.net;

import java.util.function.Consumer;

/**
 * A stream in both directions, seen from the server. It is over when either side ends its half: a
 * client that ends its body gets the end of the answer, and the other way round.
 */
public interface DuplexStream extends EventStream, FlowControl {

  /**
   * Starts delivery of the client's records, to be called once: in order, one at a time, on a Netty
   * thread. A listener that throws ends the stream.
   */
  void receive(Consumer<byte[]> listener);

  /**
   * Drops the connection because a record is not what it should be: counted and logged as bad input
   * is, so that a client cannot fill the log. Any thread.
   *
   * @param reason what is wrong, for the log and the {@link CloseReason}
   */
  void reject(String reason);
}
