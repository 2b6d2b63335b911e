package io.meseta.testkit.simulation.world;

/** Is told one history in readable lines, as it happens. */
@FunctionalInterface
public interface Story {

  /**
   * Something happened.
   *
   * @param atNs simulated time since the beginning
   * @param who the host that it concerns, or {@code world}
   * @param line one sentence
   */
  void tell(long atNs, String who, String line);
}
