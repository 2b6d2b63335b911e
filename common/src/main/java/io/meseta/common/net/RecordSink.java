package io.meseta.common.net;

/** The sending end of a record stream. Every method may be called from any thread. */
public interface RecordSink {

  /**
   * Queues one record and returns at once. Records are sent in the order of the calls, each as one
   * HTTP chunk. If more bytes than the limit are then waiting to be written to the socket, the
   * stream is dropped as that of a slow reader. Each record counts a little more than its bytes;
   * one record alone is never too much.
   *
   * @param record at least one byte; not copied, do not change it
   * @return whether it was queued, which is no promise that it arrives; false after the end
   */
  boolean send(byte[] record);

  /** Ends the stream in the protocol's way, after what has been queued. Idempotent. */
  void close();

  /** Drops the connection; the peer sees no end. What is queued is lost. Idempotent. */
  void abort();
}
