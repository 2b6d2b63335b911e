package io.meseta.common.net;

/**
 * A stream in both directions that was asked for, in the caller's hands. Records may be sent from
 * the beginning and wait until there is a connection. {@link #close} ends the sending half; the
 * stream is over when the server has ended its own, for which it has five seconds.
 */
public interface DuplexCall extends StreamCall, RecordSink {

  @Override
  void abort();
}
