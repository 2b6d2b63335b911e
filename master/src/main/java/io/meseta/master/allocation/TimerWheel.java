package io.meseta.master.allocation;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Deadlines of small numbers, in milliseconds: hierarchical timing wheels (Varghese and Lauck,
 * "Hashed and hierarchical timing wheels", SOSP 1987). Setting and cancelling cost O(1), each
 * deadline is moved at most once per level until it is due, and nothing is made that would have to
 * be collected.
 *
 * <p>A slot of level n spans 64 to the n milliseconds. A deadline is in the lowest level in which
 * it and the present time differ only in that level's slot or lower ones.
 */
final class TimerWheel {
  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS;

  /** Together they span 2 to the 60 milliseconds. */
  private static final int LEVELS = 10;

  private static final int MOST_COMPARED = 64;
  private static final int NONE = -1;

  /** The first number of each slot's list. */
  private final int[] heads = new int[LEVELS * SLOTS];

  /** Which slots of a level have any, a bit for each. */
  private final long[] occupied = new long[LEVELS];

  private long[] deadlines = {};
  private int[] slots = {};
  private int[] next = {};
  private int[] previous = {};
  private long now;
  private int size;

  /**
   * Empty.
   *
   * @param now not negative, as all times
   */
  TimerWheel(long now) {
    this.now = now;
    Arrays.fill(heads, NONE);
  }

  int size() {
    return size;
  }

  boolean isSet(int number) {
    return number < slots.length && slots[number] != NONE;
  }

  long deadline(int number) {
    return deadlines[number];
  }

  /** Sets the deadline of a number that has none; what lies in the past is due at once. */
  void set(int number, long deadline) {
    ensureCapacity(number);
    deadlines[number] = deadline;
    insert(number);
    size++;
  }

  void cancel(int number) {
    remove(number);
    size--;
  }

  /** Time goes on to this moment: whatever is due by then is told, and has no deadline any more. */
  void advance(long to, IntConsumer due) {
    while (size > 0) {
      int level = lowestOccupied();
      int slot = firstSlot(level);
      long begins = beginOf(level, slot);
      if (begins > to) {
        break;
      }
      now = Math.max(now, begins);
      empty(level * SLOTS + slot, level, due);
    }
    now = Math.max(now, to);
  }

  private void empty(int slot, int level, IntConsumer due) {
    for (int number = heads[slot]; number != NONE; number = heads[slot]) {
      remove(number);
      if (level == 0) {
        size--;
        due.accept(number);
      } else {
        insert(number);
      }
    }
  }

  /**
   * When something may be due next: the first deadline, or a time between now and that where too
   * many deadlines would have to be compared. {@link Long#MAX_VALUE} when there is none.
   */
  long earliest() {
    if (size == 0) {
      return Long.MAX_VALUE;
    }
    int level = lowestOccupied();
    int slot = firstSlot(level);
    long earliest = Long.MAX_VALUE;
    int n = heads[level * SLOTS + slot];
    for (int looked = 0; n != NONE && looked < MOST_COMPARED; looked++) {
      earliest = Math.min(earliest, deadlines[n]);
      n = next[n];
    }
    return n == NONE ? earliest : beginOf(level, slot);
  }

  private void insert(int number) {
    long at = Math.max(deadlines[number], now);
    int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros((at ^ now) | 1)) / BITS;
    int slot = level * SLOTS + (int) (at >>> (level * BITS) & (SLOTS - 1));
    int head = heads[slot];
    next[number] = head;
    previous[number] = NONE;
    if (head != NONE) {
      previous[head] = number;
    }
    heads[slot] = number;
    slots[number] = slot;
    occupied[level] |= 1L << slot;
  }

  private void remove(int number) {
    int slot = slots[number];
    if (previous[number] != NONE) {
      next[previous[number]] = next[number];
    } else {
      heads[slot] = next[number];
    }
    if (next[number] != NONE) {
      previous[next[number]] = previous[number];
    }
    slots[number] = NONE;
    if (heads[slot] == NONE) {
      occupied[slot / SLOTS] &= ~(1L << slot);
    }
  }

  /** All of a lower level is due before anything of a higher one. */
  private int lowestOccupied() {
    int level = 0;
    while (occupied[level] == 0) {
      level++;
    }
    return level;
  }

  /** No slot lies behind the present one: it would belong to a higher level. */
  private int firstSlot(int level) {
    return Long.numberOfTrailingZeros(occupied[level]);
  }

  private long beginOf(int level, int slot) {
    long above = now >>> (level * BITS) >>> BITS << BITS;
    return (above + slot) << (level * BITS);
  }

  private void ensureCapacity(int number) {
    if (number < slots.length) {
      return;
    }
    int old = slots.length;
    int capacity = Math.max(16, Math.max(number + 1, old + old / 4));
    deadlines = Arrays.copyOf(deadlines, capacity);
    next = Arrays.copyOf(next, capacity);
    previous = Arrays.copyOf(previous, capacity);
    slots = Arrays.copyOf(slots, capacity);
    Arrays.fill(slots, old, capacity, NONE);
  }
}
