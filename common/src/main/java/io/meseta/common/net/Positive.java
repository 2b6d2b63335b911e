package io.meseta.common.net;

/** The check that every limit of the kit has to pass. */
final class Positive {

  private Positive() {}

  static void require(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + value);
    }
  }
}
