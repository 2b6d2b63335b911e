package io.meseta.common.net;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request's answering side, for handlers on any thread; the connection does the work. */
final class ServerExchange implements Exchange, DuplexExchange {
  private static final Logger log = LoggerFactory.getLogger(ServerExchange.class);

  private final ServerConnection connection;
  private final HttpRequest request;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final Object lock = new Object();
  private final List<Runnable> disconnectCallbacks = new ArrayList<>();
  private boolean disconnected;

  ServerExchange(ServerConnection connection, HttpRequest request) {
    this.connection = connection;
    this.request = request;
  }

  @Override
  public void respond(HttpResponse response) {
    if (!answered.compareAndSet(false, true)) {
      log.warn("A second answer to {} is ignored: {}", request, response);
      return;
    }
    HttpResponse ready = ResponseWriter.compressedFor(request, response);
    connection.run(() -> connection.answer(this, ready));
  }

  /** The answer of last resort, when a handler failed before or after it gave one. */
  void respondIfUnanswered(HttpResponse response) {
    if (answered.compareAndSet(false, true)) {
      connection.run(() -> connection.answer(this, response));
    }
  }

  @Override
  public EventStream openStream(String contentType, Headers headers) {
    return open(contentType, headers, ServerStream.Direction.SENDING);
  }

  @Override
  public ByteStream openBytes(int status, Headers headers, OptionalLong length) {
    return open(new StreamHead(status, headers, length), ServerStream.Direction.BYTES);
  }

  @Override
  public DuplexStream accept(String contentType, Headers headers) {
    return open(contentType, headers, ServerStream.Direction.BOTH);
  }

  @Override
  public RecordUpload upload() {
    ServerUpload upload = new ServerUpload(connection, this);
    if (!connection.run(() -> connection.beginUpload(this, upload))) {
      upload.over(new CloseReason(CloseReason.Kind.STOPPING, "the server has stopped"));
    }
    return upload;
  }

  private ServerStream open(String contentType, Headers headers, ServerStream.Direction direction) {
    // Refuses a bad content type here, on the thread that gave it.
    Headers withType = headers.with("Content-Type", contentType);
    return open(new StreamHead(200, withType, OptionalLong.empty()), direction);
  }

  private ServerStream open(StreamHead head, ServerStream.Direction direction) {
    if (!answered.compareAndSet(false, true)) {
      throw new IllegalStateException("There is an answer already to " + request);
    }
    ServerStream stream = new ServerStream(connection, request, direction, head.length());
    if (!connection.run(() -> connection.beginStream(this, stream, head))) {
      stream.over(new CloseReason(CloseReason.Kind.STOPPING, "the server has stopped"));
    }
    return stream;
  }

  @Override
  public void onDisconnect(Runnable callback) {
    synchronized (lock) {
      if (!disconnected) {
        disconnectCallbacks.add(callback);
        return;
      }
    }
    callback.run();
  }

  /** The client has gone or closed its side; on the event loop. */
  void clientGone() {
    List<Runnable> callbacks;
    synchronized (lock) {
      if (disconnected || answered.get()) {
        return;
      }
      disconnected = true;
      callbacks = List.copyOf(disconnectCallbacks);
      disconnectCallbacks.clear();
    }
    for (Runnable callback : callbacks) {
      try {
        callback.run();
      } catch (RuntimeException e) {
        log.error("The disconnect callback of {} failed", request, e);
      }
    }
  }
}
