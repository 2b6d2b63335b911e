package io.meseta.agent.session;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.agent.ProcessIO;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Predicate;

/** Makes the records of streams. */
final class ProcessIos {

  /** Larger outputs become several records. */
  static final int MAX_DATA_BYTES = 32 * 1024;

  private ProcessIos() {}

  static ProcessIO data(ProcessIO.Data.Type stream, ByteString bytes) {
    return ProcessIO.newBuilder()
        .setType(ProcessIO.Type.DATA)
        .setData(ProcessIO.Data.newBuilder().setType(stream).setData(bytes))
        .build();
  }

  static ProcessIO heartbeat(Duration interval) {
    return ProcessIO.newBuilder()
        .setType(ProcessIO.Type.CONTROL)
        .setControl(
            ProcessIO.Control.newBuilder()
                .setType(ProcessIO.Control.Type.HEARTBEAT)
                .setHeartbeat(
                    ProcessIO.Control.Heartbeat.newBuilder()
                        .setInterval(DurationInfo.newBuilder().setNanoseconds(interval.toNanos()))))
        .build();
  }

  /**
   * Cuts into pieces and hands over one after the other, as long as they are taken. Clients take an
   * empty record for a fault, so there is none for no bytes.
   *
   * @return whether all were taken
   */
  static boolean cut(
      ProcessIO.Data.Type stream, ByteBuffer bytes, Predicate<? super ProcessIO> taker) {
    while (bytes.hasRemaining()) {
      int size = Math.min(bytes.remaining(), MAX_DATA_BYTES);
      if (!taker.test(data(stream, ByteString.copyFrom(bytes, size)))) {
        return false;
      }
    }
    return true;
  }
}
