package io.meseta.common.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Timers by key: setting one again replaces it.
 *
 * <p>Not thread-safe; owned by whoever drives the core. Times are nanoseconds of any monotonic
 * clock. A replaced or cancelled entry stays in the queue until its time and is skipped then, so
 * that setting costs O(log n) and nothing is ever searched.
 *
 * @param <K> keys, with value equality
 */
public final class Timers<K> {

  private record Entry<K>(K key, long deadlineNs, long sequence) {}

  private final Map<K, Entry<K>> live = new HashMap<>();
  private final PriorityQueue<Entry<K>> queue =
      new PriorityQueue<>((a, b) -> {
        int byDeadline = Long.compare(a.deadlineNs - b.deadlineNs, 0);
        return byDeadline != 0 ? byDeadline : Long.compare(a.sequence, b.sequence);
      });
  private long nextSequence;

  /** Sets the timer of this key, replacing the one it may have. */
  public void set(K key, long deadlineNs) {
    Entry<K> entry = new Entry<>(key, deadlineNs, nextSequence++);
    live.put(key, entry);
    queue.add(entry);
    dropDeadEntriesIfMany();
  }

  /** Forgets the timer of this key; nothing happens when there is none. */
  public void cancel(K key) {
    live.remove(key);
  }

  /** Forgets every timer. */
  public void clear() {
    live.clear();
    queue.clear();
  }

  /** How many timers are set. */
  public int size() {
    return live.size();
  }

  /** Entries in the queue, dead ones included. */
  int queued() {
    return queue.size();
  }

  /** The key of the earliest timer that is due, which is removed; null when none is. */
  public @Nullable K pollDue(long nowNs) {
    Entry<K> head = peekLive();
    if (head == null || head.deadlineNs - nowNs > 0) {
      return null;
    }
    queue.remove();
    live.remove(head.key);
    return head.key;
  }

  /**
   * Nanoseconds until the earliest timer, 0 if it is due, {@link Long#MAX_VALUE} if there is none.
   */
  public long nanosToNext(long nowNs) {
    Entry<K> head = peekLive();
    return head == null ? Long.MAX_VALUE : Math.max(0, head.deadlineNs - nowNs);
  }

  private @Nullable Entry<K> peekLive() {
    for (Entry<K> head = queue.peek(); head != null; head = queue.peek()) {
      if (isLive(head)) {
        return head;
      }
      queue.remove();
    }
    return null;
  }

  private boolean isLive(Entry<K> entry) {
    Entry<K> current = live.get(entry.key);
    return current != null && current.sequence == entry.sequence;
  }

  /** A timer that is set again and again (a ping) must not fill the queue with dead entries. */
  private void dropDeadEntriesIfMany() {
    if (queue.size() > 64 && queue.size() > 4 * live.size()) {
      queue.removeIf(entry -> !isLive(entry));
    }
  }
}
