package io.meseta.testkit.simulation.world;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What will happen, in the order of simulated time and, for one moment, in the order in which it
 * was decided. The only source of time and order in a simulation.
 */
public final class Agenda {

  /** Something that will happen, unless it is cancelled. */
  public static final class Item implements Comparable<Item> {
    private final long atNs;
    private final long sequence;
    private @Nullable Runnable action;

    private Item(long atNs, long sequence, Runnable action) {
      this.atNs = atNs;
      this.sequence = sequence;
      this.action = action;
    }

    /** It will not happen. Cheap; it leaves the queue when its time comes. */
    public void cancel() {
      action = null;
    }

    @Override
    public int compareTo(Item other) {
      int byTime = Long.compare(atNs, other.atNs);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(sequence);
    }
  }

  private final PriorityQueue<Item> queue = new PriorityQueue<>(1024);
  private long nowNs;
  private long nextSequence;

  /** Nanoseconds since the simulation began. */
  public long now() {
    return nowNs;
  }

  /** Orders something for a moment; one that has passed is now. */
  public Item at(long momentNs, Runnable action) {
    Item item = new Item(Math.max(momentNs, nowNs), nextSequence++, action);
    queue.add(item);
    return item;
  }

  /** Orders something for after a while. */
  public Item after(long delayNs, Runnable action) {
    return at(nowNs + Math.max(0, delayNs), action);
  }

  /**
   * Does what is next, if that is due by this moment.
   *
   * @return false when nothing is due by then; the time is that moment now
   */
  public boolean step(long untilNs) {
    for (Item head = queue.peek(); head != null && head.atNs <= untilNs; head = queue.peek()) {
      queue.poll();
      Runnable action = head.action;
      if (action != null) {
        nowNs = head.atNs;
        head.action = null;
        action.run();
        return true;
      }
    }
    nowNs = Math.max(nowNs, untilNs);
    return false;
  }
}
