package io.meseta.master.allocation;

import java.util.Arrays;

/**
 * A number for each pair of numbers: a hash table without objects, open addressing with linear
 * probing (Knuth, The Art of Computer Programming, vol. 3, 6.4, algorithms L and R).
 */
final class PairTable {
  private static final int NONE = -1;
  private static final long EMPTY = -1;
  private static final int FIRST_CAPACITY = 16;

  private long[] keys = {};
  private int[] values = {};
  private int size;

  /** The number of this pair, or -1. */
  int get(int left, int right) {
    if (size == 0) {
      return NONE;
    }
    int place = find(key(left, right));
    return keys[place] == EMPTY ? NONE : values[place];
  }

  void put(int left, int right, int value) {
    // At most three quarters are full.
    if (4 * (size + 1) > 3 * keys.length) {
      grow();
    }
    long key = key(left, right);
    int place = find(key);
    if (keys[place] == EMPTY) {
      keys[place] = key;
      size++;
    }
    values[place] = value;
  }

  void remove(int left, int right) {
    if (size == 0) {
      return;
    }
    int hole = find(key(left, right));
    if (keys[hole] == EMPTY) {
      return;
    }
    size--;
    int mask = keys.length - 1;
    for (int i = (hole + 1) & mask; keys[i] != EMPTY; i = (i + 1) & mask) {
      // Whoever could not be found any more because of the hole moves into it.
      int home = home(keys[i]);
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        keys[hole] = keys[i];
        values[hole] = values[i];
        hole = i;
      }
    }
    keys[hole] = EMPTY;
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private int find(long key) {
    int mask = keys.length - 1;
    int place = home(key);
    while (keys[place] != key && keys[place] != EMPTY) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private int home(long key) {
    // Fibonacci hashing: the upper bits depend on all bits of the key.
    return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & (keys.length - 1);
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[Math.max(FIRST_CAPACITY, 2 * oldKeys.length)];
    values = new int[keys.length];
    Arrays.fill(keys, EMPTY);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != EMPTY) {
        int place = find(oldKeys[i]);
        keys[place] = oldKeys[i];
        values[place] = oldValues[i];
      }
    }
  }
}
