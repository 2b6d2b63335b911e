package io.meseta.testkit.simulation.world;

import java.util.List;

/** Something that must never be: an invariant that does not hold, or a core that broke. */
public final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> concerned;

  /**
   * @param message the invariant in words, and who broke it
   * @param concerned ids of the tasks, agents, frameworks or hosts whose last events explain it
   */
  public Violation(String message, String... concerned) {
    super(message);
    this.concerned = List.of(concerned);
  }

  /** A core threw. */
  public Violation(String message, Throwable cause, String... concerned) {
    super(message, cause);
    this.concerned = List.of(concerned);
  }

  /** Whose events to show. */
  public List<String> concerned() {
    return concerned;
  }
}
