package io.meseta.master.feed;

import io.meseta.api.v1.master.Event;
import io.meseta.common.codec.MediaType;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.ViewMessages;
import io.meseta.master.view.VisibleViews;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * First records of streams, with all that there is. Those who come together, as all do after a
 * change of leader, share one: what has happened since it was drawn they are told as events.
 */
final class Snapshots {

  /** Whoever comes within this time of another shares with him. */
  private static final Duration SHARED = Duration.ofSeconds(2);

  /** A first record. */
  static final class Snapshot {
    final String masterId;
    final long index;
    private final byte[] record;
    private final long drawnAtNanos;

    private Snapshot(EventLog.Moment moment, byte[] record, long drawnAtNanos) {
      this.masterId = moment.masterId();
      this.index = moment.index();
      this.record = record;
      this.drawnAtNanos = drawnAtNanos;
    }

    /** Not to be changed. */
    byte[] record() {
      return record;
    }
  }

  private record Kind(StreamForm form, MediaType type) {}

  /** One kind of snapshot; drawn by one thread at a time. */
  private static final class Shelf {
    private final ReentrantLock lock = new ReentrantLock();
    private SoftReference<@Nullable Snapshot> last = new SoftReference<>(null);
  }

  private final EventLog log;
  private final Duration heartbeatInterval;
  private final Map<Kind, Shelf> shelves = new ConcurrentHashMap<>();

  Snapshots(EventLog log, Duration heartbeatInterval) {
    this.log = log;
    this.heartbeatInterval = heartbeatInterval;
  }

  /**
   * Empty if this master does not lead.
   *
   * @param filter who is not shown the whole cluster shares with nobody
   */
  Optional<Snapshot> take(StreamForm form, MediaType type, ReadFilter filter)
      throws InterruptedException {
    return filter.showsWholeCluster()
        ? shared(form, type)
        : log.now().map(now -> draw(now, form, type, filter));
  }

  private Optional<Snapshot> shared(StreamForm form, MediaType type) throws InterruptedException {
    Shelf shelf = shelves.computeIfAbsent(new Kind(form, type), unused -> new Shelf());
    shelf.lock.lockInterruptibly();
    try {
      Snapshot last = shelf.last.get();
      if (last != null && isFresh(last)) {
        return Optional.of(last);
      }
      Optional<Snapshot> drawn = log.now().map(now -> draw(now, form, type, ReadFilter.ALL));
      shelf.last = new SoftReference<>(drawn.orElse(null));
      return drawn;
    } finally {
      shelf.lock.unlock();
    }
  }

  private boolean isFresh(Snapshot snapshot) {
    return System.nanoTime() - snapshot.drawnAtNanos < SHARED.toNanos()
        && log.canGoOn(snapshot.masterId, snapshot.index);
  }

  private Snapshot draw(EventLog.Moment now, StreamForm form, MediaType type, ReadFilter filter) {
    long at = System.nanoTime();
    Event event =
        EventMessages.subscribed(
            Optional.of(ViewMessages.state(VisibleViews.of(now.view(), filter))),
            heartbeatInterval);
    return new Snapshot(now, form.record(event, now.index(), now.masterId(), type), at);
  }
}
