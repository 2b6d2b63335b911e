package io.meseta.common.net;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request's body on its way to whoever takes its records. */
final class ServerUpload implements RecordUpload, RecordReceiver.Owner {
  private static final Logger log = LoggerFactory.getLogger(ServerUpload.class);

  private final ServerConnection connection;
  private final ServerExchange exchange;
  private final RecordReceiver receiver;
  private final Object lock = new Object();
  private final List<Consumer<CloseReason>> callbacks = new ArrayList<>();
  private @Nullable CloseReason endReason;

  ServerUpload(ServerConnection connection, ServerExchange exchange) {
    this.connection = connection;
    this.exchange = exchange;
    this.receiver =
        new RecordReceiver(connection.limits().maxRecordBytes(), connection.memory(), this);
  }

  // ---- for handlers, on any thread

  @Override
  public void receive(Consumer<byte[]> listener) {
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

  @Override
  public void onEnd(Consumer<CloseReason> callback) {
    CloseReason reason;
    synchronized (lock) {
      reason = endReason;
      if (reason == null) {
        callbacks.add(callback);
        return;
      }
    }
    callback.accept(reason);
  }

  // ---- for the connection, on its event loop

  RecordReceiver receiver() {
    return receiver;
  }

  boolean hasUnreadBody() {
    return !receiver.hasBodyEnded();
  }

  /** Whether more of the body is to be read now. */
  boolean wantsBody() {
    return hasUnreadBody() && receiver.isFlowing();
  }

  /** Delivers nothing more, and tells why; the first reason counts. */
  void over(CloseReason reason) {
    receiver.stop();
    end(reason);
  }

  private void end(CloseReason reason) {
    List<Consumer<CloseReason>> told;
    synchronized (lock) {
      if (endReason != null) {
        return;
      }
      endReason = reason;
      told = List.copyOf(callbacks);
      callbacks.clear();
    }
    for (Consumer<CloseReason> callback : told) {
      try {
        callback.accept(reason);
      } catch (RuntimeException e) {
        log.error("The callback for the end of a request's records failed", e);
      }
    }
  }

  // ---- from the receiver

  @Override
  public void onReceiverEnd() {
    end(new CloseReason(CloseReason.Kind.PEER_FINISHED, "the body has ended"));
  }

  @Override
  public void onReceiverError(String reason) {
    connection.counters().badRequests.increment();
    exchange.respondIfUnanswered(HttpResponse.text(400, "Bad request body: " + reason));
  }

  @Override
  public void onListenerFailure(RuntimeException failure) {
    connection.counters().handlerFailures.increment();
    log.error("The listener of a request's records failed", failure);
    exchange.respondIfUnanswered(
        HttpResponse.text(500, "The request failed for an internal reason; see the log"));
  }
}
