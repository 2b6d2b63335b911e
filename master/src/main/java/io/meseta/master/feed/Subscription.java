package io.meseta.master.feed;

import io.meseta.common.codec.MediaType;
import io.meseta.common.net.EventStream;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One who follows: a snapshot, or the answer that he can go on, then every event after it, and
 * heartbeats. Runs on a virtual thread of its own, which waits for the log and for the client.
 */
final class Subscription implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Subscription.class);

  /** So many bytes may wait for the client before it is sent more. */
  private static final long LITTLE_BYTES = 64 * 1024;

  /** What every subscription shares. */
  record Source(EventLog events, Snapshots snapshots, FeedOptions options) {}

  /** How the stream is written. */
  record Wire(EventStream stream, StreamForm form, MediaType type) {}

  /** Everything up to the index of this master's term was sent. */
  private record Position(String masterId, long index) {}

  private final Source source;
  private final Wire wire;
  private final Optional<Position> from;

  private Subscription(Source source, Wire wire, Optional<Position> from) {
    this.source = source;
    this.wire = wire;
    this.from = from;
  }

  static Subscription fromNow(Source source, Wire wire) {
    return new Subscription(source, wire, Optional.empty());
  }

  /** Goes on after this index, if that is known; otherwise from now. */
  static Subscription after(Source source, Wire wire, String masterId, long index) {
    return new Subscription(source, wire, Optional.of(new Position(masterId, index)));
  }

  /** Ends the stream in the protocol's way: another one takes its place. */
  void close() {
    wire.stream.close();
  }

  /** Drops the connection, so that the client looks for the leader at once. */
  void abort() {
    wire.stream.abort();
  }

  @Override
  public void run() {
    try {
      Optional<Position> position = begin();
      if (position.isPresent()) {
        follow(position.get());
      }
    } catch (InterruptedException e) {
      // The client has left, or the master stops.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("A stream of the operator API failed", e);
    } finally {
      // No clean end: after one, clients wait for heartbeats before they come back.
      if (wire.stream.isOpen()) {
        wire.stream.abort();
      }
    }
  }

  private Optional<Position> begin() throws InterruptedException {
    if (from.isPresent() && source.events.canGoOn(from.get().masterId(), from.get().index())) {
      Position known = from.get();
      boolean sent =
          send(
              wire.form.record(
                  EventMessages.subscribed(Optional.empty(), source.options.heartbeatInterval()),
                  known.index(),
                  known.masterId(),
                  wire.type));
      return sent ? Optional.of(known) : Optional.empty();
    }
    return sendSnapshot();
  }

  private Optional<Position> sendSnapshot() throws InterruptedException {
    Optional<Snapshots.Snapshot> snapshot = source.snapshots.take(wire.form, wire.type);
    return snapshot.isPresent() && send(snapshot.get().record())
        ? Optional.of(new Position(snapshot.get().masterId, snapshot.get().index))
        : Optional.empty();
  }

  private void follow(Position start) throws InterruptedException {
    Optional<Position> position = Optional.of(start);
    long nextBeat = System.nanoTime();
    while (position.isPresent() && wire.stream.isOpen()) {
      if (System.nanoTime() - nextBeat >= 0) {
        if (!beat(position.get())) {
          return;
        }
        nextBeat = System.nanoTime() + source.options.heartbeatInterval().toNanos();
      }
      position = goOn(position.get(), Duration.ofNanos(nextBeat - System.nanoTime()));
    }
  }

  private boolean beat(Position position) throws InterruptedException {
    return send(
        wire.form.record(
            EventMessages.HEARTBEAT, position.index(), position.masterId(), wire.type));
  }

  /** Empty if there is nothing to go on to. */
  private Optional<Position> goOn(Position position, Duration atMost) throws InterruptedException {
    return switch (source.events.next(position.masterId(), position.index(), atMost)) {
      case EventLog.Next.Events news -> send(news, position);
      case EventLog.Next.Nothing ignored -> Optional.of(position);
      case EventLog.Next.Gap ignored -> beginAnew();
      case EventLog.Next.Over ignored -> Optional.empty();
    };
  }

  private Optional<Position> send(EventLog.Next.Events news, Position position)
      throws InterruptedException {
    long last = position.index();
    for (LoggedEvent event : news.events()) {
      if (!send(event.record(wire.form, wire.type))) {
        return Optional.empty();
      }
      last = event.index;
    }
    return Optional.of(new Position(position.masterId(), last));
  }

  private Optional<Position> beginAnew() throws InterruptedException {
    if (wire.form.canBeginAnew()) {
      return sendSnapshot();
    }
    log.warn("A subscriber of the operator API fell behind what is kept for all: disconnected");
    return Optional.empty();
  }

  /** Waits until the client has taken most of it; false if it does not, or has left. */
  private boolean send(byte[] record) throws InterruptedException {
    if (!wire.stream.send(record)) {
      return false;
    }
    if (wire.stream.awaitRoom(LITTLE_BYTES, source.options.stallLimit())) {
      return true;
    }
    if (wire.stream.isOpen()) {
      log.warn(
          "A subscriber of the operator API does not read for {} s: disconnected",
          source.options.stallLimit().toSeconds());
    }
    return false;
  }
}
