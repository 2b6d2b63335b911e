package io.meseta.testkit.simulation.cluster;

import io.meseta.common.runtime.Transition;

/** Under which names the steps that cores take are counted. */
public final class Transitions {
  private static final String MASTER = "master's ";
  private static final String AGENT = "agent's ";

  private Transitions() {}

  /** A step of one of the master's lifecycles. */
  public static String ofMaster(Transition step) {
    return MASTER + step;
  }

  /** A step of one of the agent's lifecycles. */
  public static String ofAgent(Transition step) {
    return AGENT + step;
  }

  /** Whether a count is of steps. */
  public static boolean isStep(String name) {
    return name.startsWith(MASTER) || name.startsWith(AGENT);
  }
}
