package io.meseta.benchmarks.allocator;

/** A scenario with its parameters. */
interface Case {
  /** The scenario's name, the same for all its cases. */
  String name();

  String parameters();

  /**
   * What compiles the same code before this one is measured, in little time: the case itself, or
   * one with smaller parameters.
   */
  Case warmUp();

  /**
   * Runs it once, from an allocator that knows nothing.
   *
   * @throws Run.WrongWorkException when not the offers arose that the scenario is about
   */
  void run(Run run);
}
