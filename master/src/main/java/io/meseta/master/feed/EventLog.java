package io.meseta.master.feed;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ViewChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The events of this term of leadership, numbered from 1: the newest are kept, and the view that
 * all of them have led to. What could not be told (more has happened between two views than was
 * kept, or a view is missing) is a gap, which has a number of its own: nobody can go on over it.
 *
 * <p>Thread-safe. Locked for moments only.
 */
final class EventLog {

  /** So many events are handed out at once. */
  private static final int BATCH = 256;

  /** So many keep their encoded forms, for those who follow closely. */
  private static final int NEW = 256;

  /** What somebody who follows is to do. */
  sealed interface Next {
    /** These come after his position, in order. */
    record Events(List<LoggedEvent> events) implements Next {}

    /** Nothing has happened in the time. */
    record Nothing() implements Next {}

    /** What comes after his position is not known any more: he has to begin anew. */
    record Gap() implements Next {}

    /** The term is over. */
    record Over() implements Next {}
  }

  /** All that there is at an index. */
  record Moment(MasterView view, String masterId, long index) {}

  private final int limit;

  /** By their numbers. */
  private final Map<Long, LoggedEvent> kept = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private MasterView view = MasterView.notLeading();

  /** Empty while this master does not lead. */
  private String masterId = "";

  private long lastIndex;

  /** Events after this one are there. */
  private long knownAfter;

  /**
   * @param limit so many events are kept
   */
  EventLog(int limit) {
    this.limit = limit;
  }

  /** The next view. In their order. */
  void take(MasterView next) {
    lock.lock();
    try {
      String id = next.leading().map(leader -> leader.getId()).orElse("");
      if (!id.equals(masterId)) {
        begin(id);
      } else if (next.index() != view.index() + 1) {
        gap();
      }
      for (ViewChange change : next.changes().all()) {
        add(change, frameworkOf(change, next));
      }
      view = next;
      if (!next.changes().complete()) {
        gap();
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A task's framework may have gone with the very view that tells of the task. */
  private Optional<FrameworkInfo> frameworkOf(ViewChange change, MasterView next) {
    Optional<FrameworkId> id =
        switch (change) {
          case ViewChange.TaskAdded added ->
              Optional.of(FrameworkId.of(added.task().task().getFrameworkId()));
          case ViewChange.TaskUpdated updated -> Optional.of(updated.framework());
          default -> Optional.empty();
        };
    return id.flatMap(each ->
            Stream.of(next.frameworks(), next.completedFrameworks(), view.frameworks())
                .map(frameworks -> frameworks.get(each))
                .filter(Objects::nonNull)
                .findFirst())
        .map(FrameworkView::info);
  }

  /** Makes everybody begin anew: what they may be told has changed. */
  void interrupt() {
    lock.lock();
    try {
      if (!masterId.isEmpty()) {
        gap();
        news.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void begin(String id) {
    masterId = id;
    lastIndex = 0;
    knownAfter = 0;
    kept.clear();
  }

  private void gap() {
    lastIndex++;
    knownAfter = lastIndex;
    kept.clear();
  }

  private void add(ViewChange change, Optional<FrameworkInfo> framework) {
    lastIndex++;
    kept.put(lastIndex, new LoggedEvent(lastIndex, masterId, change, framework));
    kept.remove(lastIndex - limit);
    knownAfter = Math.max(knownAfter, lastIndex - limit);
    LoggedEvent old = kept.get(lastIndex - NEW);
    if (old != null) {
      old.becomeOld();
    }
  }

  /** Empty while this master does not lead, or is about to. */
  Optional<Moment> now() {
    lock.lock();
    try {
      return masterId.isEmpty()
          ? Optional.empty()
          : Optional.of(new Moment(view, masterId, lastIndex));
    } finally {
      lock.unlock();
    }
  }

  /** Whether somebody who has seen everything up to this index can go on. */
  boolean canGoOn(String ofMaster, long index) {
    lock.lock();
    try {
      return isKnownAfter(ofMaster, index);
    } finally {
      lock.unlock();
    }
  }

  private boolean isKnownAfter(String ofMaster, long index) {
    return !masterId.isEmpty()
        && ofMaster.equals(masterId)
        && index >= knownAfter
        && index <= lastIndex;
  }

  /** What comes after this index; waits for it. */
  Next next(String ofMaster, long after, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        if (!ofMaster.equals(masterId)) {
          return new Next.Over();
        }
        if (!isKnownAfter(ofMaster, after)) {
          return new Next.Gap();
        }
        if (after < lastIndex) {
          return new Next.Events(batch(after));
        }
        if (left <= 0) {
          return new Next.Nothing();
        }
        left = news.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private List<LoggedEvent> batch(long after) {
    List<LoggedEvent> events = new ArrayList<>();
    for (long index = after + 1; index <= lastIndex && events.size() < BATCH; index++) {
      LoggedEvent event = kept.get(index);
      if (event == null) {
        throw new IllegalStateException("event " + index + " is said to be there");
      }
      events.add(event);
    }
    return events;
  }
}
