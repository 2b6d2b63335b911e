package io.meseta.master.feed;

import io.meseta.common.codec.MediaType;
import io.meseta.common.net.EventStream;
import io.meseta.master.view.ReadFilter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
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

  /**
   * How the stream is written.
   *
   * @param shown what of the cluster its client may see at the moment
   */
  record Wire(EventStream stream, StreamForm form, MediaType type, Supplier<ReadFilter> shown) {}

  /** Everything up to the index of this master's term was sent. */
  private record Position(String masterId, long index) {}

  /** Where the stream is, and what it shows: as long as it does not begin anew. */
  private record Told(Position position, ReadFilter shown) {
    Told upTo(long index) {
      return new Told(new Position(position.masterId, index), shown);
    }
  }

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
      Optional<Told> told = begin();
      if (told.isPresent()) {
        follow(told.get());
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

  private Optional<Told> begin() throws InterruptedException {
    // Asked before the log: lists that change afterwards interrupt the log.
    ReadFilter shown = wire.shown.get();
    if (from.isPresent() && source.events.canGoOn(from.get().masterId(), from.get().index())) {
      Position known = from.get();
      boolean sent =
          send(
              wire.form.record(
                  EventMessages.subscribed(Optional.empty(), source.options.heartbeatInterval()),
                  known.index(),
                  known.masterId(),
                  wire.type));
      return sent ? Optional.of(new Told(known, shown)) : Optional.empty();
    }
    return sendSnapshot();
  }

  private Optional<Told> sendSnapshot() throws InterruptedException {
    while (true) {
      ReadFilter shown = wire.shown.get();
      Optional<Snapshots.Snapshot> snapshot = source.snapshots.take(wire.form, wire.type, shown);
      // Lists that change later interrupt the log behind this snapshot.
      if (shown.equals(wire.shown.get())) {
        return snapshot.isPresent() && send(snapshot.get().record())
            ? Optional.of(
                new Told(new Position(snapshot.get().masterId, snapshot.get().index), shown))
            : Optional.empty();
      }
    }
  }

  private void follow(Told start) throws InterruptedException {
    Optional<Told> told = Optional.of(start);
    long nextBeat = System.nanoTime();
    while (told.isPresent() && wire.stream.isOpen()) {
      if (System.nanoTime() - nextBeat >= 0) {
        if (!beat(told.get().position())) {
          return;
        }
        nextBeat = System.nanoTime() + source.options.heartbeatInterval().toNanos();
      }
      told = goOn(told.get(), Duration.ofNanos(nextBeat - System.nanoTime()));
    }
  }

  private boolean beat(Position position) throws InterruptedException {
    return send(
        wire.form.record(
            EventMessages.HEARTBEAT, position.index(), position.masterId(), wire.type));
  }

  /** Empty if there is nothing to go on to. */
  private Optional<Told> goOn(Told told, Duration atMost) throws InterruptedException {
    Position position = told.position();
    return switch (source.events.next(position.masterId(), position.index(), atMost)) {
      case EventLog.Next.Events news -> send(news, told);
      case EventLog.Next.Nothing ignored -> Optional.of(told);
      case EventLog.Next.Gap ignored -> beginAnew();
      case EventLog.Next.Over ignored -> Optional.empty();
    };
  }

  /** What is not shown counts as told: its number is left out. */
  private Optional<Told> send(EventLog.Next.Events news, Told told) throws InterruptedException {
    long last = told.position().index();
    for (LoggedEvent event : news.events()) {
      Optional<byte[]> record = event.record(wire.form, wire.type, told.shown());
      if (record.isPresent() && !send(record.get())) {
        return Optional.empty();
      }
      last = event.index;
    }
    return Optional.of(told.upTo(last));
  }

  private Optional<Told> beginAnew() throws InterruptedException {
    if (wire.form.canBeginAnew()) {
      return sendSnapshot();
    }
    log.warn(
        "A subscriber of the operator API cannot be told what comes next, because it fell behind or"
            + " access control lists have changed: disconnected");
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
