package io.meseta.master.allocation;

import java.util.Arrays;

/**
 * A number for each pair of numbers: a hash table without objects, open addressing with linear
 * probing (Knuth, The Art of Computer Programming, vol. 3, 6.4, algorithms L and R). It holds the
 * numbers only; which pair a number is for, its owner knows.
 */
final class PairTable {
  /** Says for which pair a number is that is in the table. */
  interface Pairs {
    /** The left number in the upper half, the right one in the lower half. */
    long pairOf(int value);
  }

  private static final int NONE = -1;
  private static final int FIRST_CAPACITY = 16;

  private final Pairs pairs;
  private int[] values = {};
  private int size;

  PairTable(Pairs pairs) {
    this.pairs = pairs;
  }

  /** The number of this pair, or -1. */
  int get(long pair) {
    return size == 0 ? NONE : values[find(pair)];
  }

  /** Its owner knows already for which pair it is. */
  void put(int value) {
    // At most seven of eight are taken.
    if (8L * (size + 1) > 7L * values.length) {
      grow();
    }
    int place = find(pairs.pairOf(value));
    if (values[place] == NONE) {
      size++;
    }
    values[place] = value;
  }

  /** While its owner still knows for which pair the number is that is there. */
  void remove(long pair) {
    if (size == 0) {
      return;
    }
    int hole = find(pair);
    if (values[hole] == NONE) {
      return;
    }
    size--;
    int mask = values.length - 1;
    for (int i = (hole + 1) & mask; values[i] != NONE; i = (i + 1) & mask) {
      // Whoever could not be found any more because of the hole moves into it.
      int home = home(pairs.pairOf(values[i]));
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        values[hole] = values[i];
        hole = i;
      }
    }
    values[hole] = NONE;
  }

  private int find(long pair) {
    int mask = values.length - 1;
    int place = home(pair);
    while (values[place] != NONE && pairs.pairOf(values[place]) != pair) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private int home(long pair) {
    // Fibonacci hashing: the upper bits depend on all bits of the pair.
    return (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & (values.length - 1);
  }

  private void grow() {
    int[] old = values;
    values = new int[Math.max(FIRST_CAPACITY, 2 * old.length)];
    Arrays.fill(values, NONE);
    for (int value : old) {
      if (value != NONE) {
        values[find(pairs.pairOf(value))] = value;
      }
    }
  }
}
