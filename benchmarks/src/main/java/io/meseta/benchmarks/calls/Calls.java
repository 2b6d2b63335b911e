package io.meseta.benchmarks.calls;

/** What is called, in turns. */
public enum Calls {
  DECLINE,
  REVIVE,
  ALTERNATING
}
