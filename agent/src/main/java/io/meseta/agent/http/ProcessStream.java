package io.meseta.agent.http;

import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.EventStream;
import java.time.Duration;

/** An answer made of {@link ProcessIO} records. Any thread. */
public final class ProcessStream {

  /** As much waits for the client at most before the sender has to wait. */
  private static final long ROOM_BYTES = 64 * 1024;

  private final EventStream stream;
  private final MediaType type;

  ProcessStream(EventStream stream, MediaType type) {
    this.stream = stream;
    this.type = type;
  }

  /** Sends one record; false if the client has gone, or is dropped because it reads too slowly. */
  public boolean send(ProcessIO record) {
    return stream.send(Codec.encode(record, type));
  }

  /** Waits for the client to read; false if it does not in time, or has gone. */
  public boolean awaitRoom(Duration limit) throws InterruptedException {
    return stream.awaitRoom(ROOM_BYTES, limit);
  }

  /** To be told once when the stream is over: on a Netty thread, or at once if it is over. */
  public void onClose(Runnable callback) {
    stream.onClose(reason -> callback.run());
  }

  /** Ends the stream after what has been sent. */
  public void close() {
    stream.close();
  }

  /** Drops the client. */
  public void abort() {
    stream.abort();
  }
}
