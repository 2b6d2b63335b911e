package io.meseta.master.allocation;

import java.util.Arrays;

/** A set of claims by their numbers; unlike a BitSet it counts differences without a copy. */
final class ClaimSet {
  private long[] words = {};

  boolean contains(int claim) {
    int word = claim >> 6;
    return word < words.length && (words[word] & (1L << claim)) != 0;
  }

  void add(int claim) {
    int word = claim >> 6;
    if (word >= words.length) {
      words = Arrays.copyOf(words, word + 1);
    }
    words[word] |= 1L << claim;
  }

  void remove(int claim) {
    int word = claim >> 6;
    if (word < words.length) {
      words[word] &= ~(1L << claim);
    }
  }

  void clear() {
    Arrays.fill(words, 0);
  }

  int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  /** How many are here and not there. */
  int countWithout(ClaimSet other) {
    int count = 0;
    for (int i = 0; i < words.length; i++) {
      count += Long.bitCount(without(other, i));
    }
    return count;
  }

  /** The first from this number on that is here and not there, or -1. */
  int nextWithout(ClaimSet other, int from) {
    int i = from >> 6;
    if (i >= words.length) {
      return -1;
    }
    long word = without(other, i) & (-1L << from);
    while (word == 0) {
      if (++i == words.length) {
        return -1;
      }
      word = without(other, i);
    }
    return (i << 6) + Long.numberOfTrailingZeros(word);
  }

  private long without(ClaimSet other, int word) {
    return word < other.words.length ? words[word] & ~other.words[word] : words[word];
  }
}
