package io.meseta.master.view;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ExecutorId;
import java.util.Comparator;

/** Which executor of a framework: its ids are unique on each agent only. */
public record ExecutorPlace(AgentId agent, ExecutorId executor)
    implements Comparable<ExecutorPlace> {

  private static final Comparator<ExecutorPlace> ORDER =
      Comparator.comparing(ExecutorPlace::agent).thenComparing(ExecutorPlace::executor);

  @Override
  public int compareTo(ExecutorPlace other) {
    return ORDER.compare(this, other);
  }
}
