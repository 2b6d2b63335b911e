package io.meseta.benchmarks.allocator;

import io.meseta.master.allocation.Allocator;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** One run of a case: where it gets its allocators, and what it has measured, step by step. */
final class Run {
  /** The allocator did not do what the scenario is about, so that its times say nothing. */
  static final class WrongWorkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongWorkException(String message) {
      super(message);
    }
  }

  /** What a step gave: a figure, or why there is none. */
  sealed interface Result {
    record Measured(Figure figure) implements Result {}

    record Skipped(String reason) implements Result {}
  }

  private final Supplier<? extends Allocator> allocators;
  private final LinkedHashMap<String, Result> results = new LinkedHashMap<>();

  Run(Supplier<? extends Allocator> allocators) {
    this.allocators = allocators;
  }

  /** With an allocator that knows nothing yet. */
  Subject subject() {
    return new Subject(allocators.get());
  }

  void record(String step, Figure figure) {
    put(step, new Result.Measured(figure));
  }

  /** The scenario needs something that the allocator does not have. */
  void skip(String step, String reason) {
    put(step, new Result.Skipped(reason));
  }

  private void put(String step, Result result) {
    if (results.putIfAbsent(step, result) != null) {
      throw new IllegalStateException("There are two steps named '" + step + "'");
    }
  }

  /** In the order in which they were measured. */
  SequencedMap<String, Result> results() {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(results));
  }

  /** Figures for other work than this would mislead. */
  static void expect(String what, long expected, long actual) {
    if (expected != actual) {
      throw new WrongWorkException(what + ": " + actual + " instead of " + expected);
    }
  }
}
