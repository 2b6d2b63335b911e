package io.meseta.common.net;

/** A stream that was asked for, in the caller's hands. Any thread. */
public interface StreamCall extends FlowControl {

  /** Gives the stream up, open or not yet, and drops its connection. Idempotent. */
  void abort();
}
