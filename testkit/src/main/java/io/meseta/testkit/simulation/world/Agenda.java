package io.meseta.testkit.simulation.world;

import org.jspecify.annotations.Nullable;

/**
 * What will happen, in the order of simulated time and, for one moment, in the order in which it
 * was decided. The only source of time and order in a simulation.
 */
public final class Agenda {

  /** Something that will happen, unless it is cancelled. */
  public static final class Item {
    private @Nullable Runnable action;

    private Item(Runnable action) {
      this.action = action;
    }

    /** It will not happen. Cheap; it leaves the queue when its time comes. */
    public void cancel() {
      action = null;
    }
  }

  private final AgendaQueue<Item> queue = new AgendaQueue<>();
  private long nowNs;

  /** Nanoseconds since the simulation began. */
  public long now() {
    return nowNs;
  }

  /** Orders something for a moment; one that has passed is now. */
  public Item at(long momentNs, Runnable action) {
    Item item = new Item(action);
    queue.add(Math.max(momentNs, nowNs), item);
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
    while (!queue.isEmpty() && queue.firstAt() <= untilNs) {
      long at = queue.firstAt();
      Item head = queue.poll();
      Runnable action = head.action;
      if (action != null) {
        nowNs = at;
        head.action = null;
        action.run();
        return true;
      }
    }
    nowNs = Math.max(nowNs, untilNs);
    return false;
  }
}
