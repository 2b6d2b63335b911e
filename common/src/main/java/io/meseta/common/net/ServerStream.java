package io.meseta.common.net;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open answer, with or without a body that is still coming in. */
final class ServerStream
    implements DuplexStream, ByteStream, RecordWriter.Owner, RecordReceiver.Owner {
  private static final Logger log = LoggerFactory.getLogger(ServerStream.class);

  /** Whether the request's body is a stream too. */
  enum Direction {
    SENDING,
    /** As SENDING, without frames around what is sent. */
    BYTES,
    BOTH
  }

  private final ServerConnection connection;
  private final HttpRequest request;
  private final Direction direction;
  private final OptionalLong length;
  private final AtomicLong sentBytes = new AtomicLong();
  private final RecordWriter writer;
  private final RecordReceiver receiver;
  private final Object lock = new Object();
  private final List<Consumer<CloseReason>> closeCallbacks = new ArrayList<>();
  private @Nullable CloseReason closeReason;

  /** Event loop only: what to tell once the end is written. */
  private CloseReason endReason =
      new CloseReason(CloseReason.Kind.FINISHED, "the stream was ended here");

  /**
   * @param length of the body, if it is announced
   */
  ServerStream(
      ServerConnection connection, HttpRequest request, Direction direction, OptionalLong length) {
    this.connection = connection;
    this.request = request;
    this.direction = direction;
    this.length = request.method().equals("HEAD") ? OptionalLong.empty() : length;
    this.writer =
        new RecordWriter(
            connection.limits().streamBufferBytes(),
            connection.memory(),
            direction == Direction.BYTES ? RecordWriter.Framing.NONE : RecordWriter.Framing.RECORD,
            this);
    this.receiver =
        new RecordReceiver(connection.limits().maxRecordBytes(), connection.memory(), this);
  }

  // ---- for handlers, on any thread

  @Override
  public boolean send(byte[] record) {
    boolean sent = writer.send(record);
    if (sent) {
      sentBytes.addAndGet(record.length);
    }
    return sent;
  }

  @Override
  public boolean awaitRoom(Duration limit) throws InterruptedException {
    return writer.awaitRoom(limit);
  }

  @Override
  public boolean isOpen() {
    return writer.isOpen();
  }

  @Override
  public boolean awaitRoom(long bytes, Duration limit) throws InterruptedException {
    return writer.awaitRoom(bytes, limit);
  }

  @Override
  public void close() {
    if (length.isPresent() && length.getAsLong() != sentBytes.get()) {
      abort();
    } else if (writer.end()) {
      connection.run(() -> connection.watchEnd(this));
    }
  }

  @Override
  public void abort() {
    drop(new CloseReason(CloseReason.Kind.ABORTED, "the connection was dropped here"));
  }

  @Override
  public void onClose(Consumer<CloseReason> callback) {
    CloseReason reason;
    synchronized (lock) {
      reason = closeReason;
      if (reason == null) {
        closeCallbacks.add(callback);
        return;
      }
    }
    callback.accept(reason);
  }

  @Override
  public void reject(String reason) {
    onReceiverError(reason);
  }

  @Override
  public void receive(Consumer<byte[]> listener) {
    if (direction != Direction.BOTH) {
      throw new IllegalStateException("The request of this stream has no record stream");
    }
    connection.run(() -> {
      receiver.receive(listener);
      connection.continueReading();
    });
  }

  @Override
  public void pause() {
    connection.run(() -> {
      receiver.pause();
      connection.continueReading();
    });
  }

  @Override
  public void resume() {
    connection.run(() -> {
      receiver.resume();
      connection.continueReading();
    });
  }

  // ---- for the connection, on its event loop

  void start() {
    writer.start(connection.channel());
  }

  boolean isEnding() {
    return !writer.isOpen();
  }

  boolean isDuplex() {
    return direction == Direction.BOTH;
  }

  /** Whether the request's body goes on. */
  boolean hasUnreadBody() {
    return isDuplex() && !receiver.hasBodyEnded();
  }

  RecordReceiver receiver() {
    return receiver;
  }

  CloseReason endReason() {
    return endReason;
  }

  /** Makes the stream over and tells it; the first reason counts. Any thread. */
  boolean over(CloseReason reason) {
    List<Consumer<CloseReason>> callbacks;
    synchronized (lock) {
      if (closeReason != null) {
        return false;
      }
      closeReason = reason;
      callbacks = List.copyOf(closeCallbacks);
      closeCallbacks.clear();
    }
    writer.stop();
    for (Consumer<CloseReason> callback : callbacks) {
      try {
        callback.accept(reason);
      } catch (RuntimeException e) {
        log.error("The close callback of the stream {} failed", request, e);
      }
    }
    return true;
  }

  boolean isOver() {
    synchronized (lock) {
      return closeReason != null;
    }
  }

  // ---- from its two halves

  @Override
  public void onOverflow(long waitingBytes) {
    connection.counters().slowReadersDropped.increment();
    String detail =
        "%d bytes wait for the client to read, the limit is %d, and %d for all clients"
            .formatted(
                waitingBytes,
                connection.limits().streamBufferBytes(),
                connection.limits().maxBufferedBytes());
    logDropping(PeerLog.Kind.SLOW_READER, detail);
    drop(new CloseReason(CloseReason.Kind.SLOW_READER, detail));
  }

  @Override
  public void onEndWritten(boolean success) {
    connection.endWritten(this, success);
  }

  @Override
  public void onReceiverEnd() {
    if (writer.end()) {
      endReason = new CloseReason(CloseReason.Kind.PEER_FINISHED, "the client ended its half");
      connection.watchEnd(this);
    }
  }

  @Override
  public void onReceiverError(String reason) {
    connection.counters().badRequests.increment();
    logDropping(PeerLog.Kind.GARBAGE, reason);
    drop(new CloseReason(CloseReason.Kind.PROTOCOL_ERROR, reason));
  }

  private void logDropping(PeerLog.Kind kind, String reason) {
    connection
        .peerLog()
        .warn(
            kind,
            "Dropping the stream %s of %s: %s".formatted(request, request.remoteAddress(), reason));
  }

  @Override
  public void onListenerFailure(RuntimeException failure) {
    connection.counters().handlerFailures.increment();
    log.error("The listener of the stream {} failed", request, failure);
    drop(new CloseReason(CloseReason.Kind.LISTENER_FAILED, String.valueOf(failure)));
  }

  private void drop(CloseReason reason) {
    writer.stop();
    if (!connection.run(() -> connection.drop(this, reason))) {
      over(reason);
    }
  }
}
