package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.TaskTransitionsTest.Step;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Many drawn lives of an agent; a failure names its seed. */
class RandomHistoryTest {

  private static final int HISTORIES = 60;
  private static final int STEPS = 2_000;

  @Test
  void whatMustAlwaysHoldHoldsInAnyOrderOfEvents() {
    Set<Step> steps = new LinkedHashSet<>();
    int tasks = 0;
    for (long seed = 1; seed <= HISTORIES; seed++) {
      RandomHistory history = live(seed);
      steps.addAll(history.master().stepsHeard());
      tasks += history.master().tasksHeardOf();
    }
    // Else the histories are too tame to prove anything.
    assertThat(tasks).isGreaterThan(1_000);
    assertThat(steps)
        .as("every legal transition is taken")
        .containsExactlyInAnyOrderElementsOf(TaskTransitionsTest.LEGAL);
  }

  private static RandomHistory live(long seed) {
    try {
      RandomHistory history = new RandomHistory(seed);
      for (int i = 0; i < STEPS; i++) {
        history.step();
      }
      history.calmDown();
      return history;
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void theSameEventsGiveTheSameEffects() {
    List<AgentEffect> once = live(4711).trace();
    List<AgentEffect> again = live(4711).trace();

    assertThat(again).hasSizeGreaterThan(1_000).isEqualTo(once);
  }
}
