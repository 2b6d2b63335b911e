package io.meseta.benchmarks.allocator;

import java.util.OptionalLong;

/**
 * One number that a run of a case gave.
 *
 * @param bytes how much the thread allocated meanwhile; empty where that is not asked
 */
record Figure(Unit unit, double value, OptionalLong bytes) {

  /** What falls to one of so many. */
  Figure dividedBy(int count) {
    OptionalLong share =
        bytes.isEmpty() ? bytes : OptionalLong.of(Math.round((double) bytes.getAsLong() / count));
    return new Figure(unit, value / count, share);
  }

  static Figure count(double value) {
    return new Figure(Unit.COUNT, value, OptionalLong.empty());
  }

  static Figure ratio(double value) {
    return new Figure(Unit.RATIO, value, OptionalLong.empty());
  }

  /** A part of one. */
  static Figure percent(double part) {
    return new Figure(Unit.PERCENT, part * 100, OptionalLong.empty());
  }

  static Figure bytes(double value) {
    return new Figure(Unit.BYTES, value, OptionalLong.empty());
  }
}
