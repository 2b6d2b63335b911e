package io.meseta.common.net;

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
}
