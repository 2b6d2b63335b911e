package io.meseta.master.allocation;

import java.util.Arrays;

/** For each key a list of small numbers, each in one list at most. Adding and removing is O(1). */
final class NumberLists {
  private static final int NONE = -1;

  private int[] heads = {};
  private int[] next = {};
  private int[] previous = {};

  /** The first of the list, or -1. */
  int first(int key) {
    return key < heads.length ? heads[key] : NONE;
  }

  /** The one behind it in its list, or -1. */
  int next(int number) {
    return next[number];
  }

  void add(int key, int number) {
    heads = grown(heads, key);
    next = grown(next, number);
    previous = grown(previous, number);
    int head = heads[key];
    next[number] = head;
    previous[number] = NONE;
    if (head != NONE) {
      previous[head] = number;
    }
    heads[key] = number;
  }

  void remove(int key, int number) {
    if (previous[number] == NONE) {
      heads[key] = next[number];
    } else {
      next[previous[number]] = next[number];
    }
    if (next[number] != NONE) {
      previous[next[number]] = previous[number];
    }
  }

  private static int[] grown(int[] array, int index) {
    if (index < array.length) {
      return array;
    }
    int old = array.length;
    int[] larger = Arrays.copyOf(array, Math.max(Math.max(16, index + 1), old + old / 4));
    Arrays.fill(larger, old, larger.length, NONE);
    return larger;
  }
}
