package io.meseta.agent.core;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.FrameworkId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is over on an agent, as it was at one moment; immutable.
 *
 * @param frameworks those of which a task has been forgotten here; who left last is last
 * @param ended how many tasks have come to each last state since the start of this process
 */
public record HistoryView(List<PastFramework> frameworks, Map<TaskState, Long> ended) {

  /**
   * What is over of one framework.
   *
   * @param present it has something else here
   * @param tasks that the agent has forgotten, the oldest first
   */
  public record PastFramework(
      FrameworkId id, FrameworkInfo info, boolean present, List<TaskView> tasks) {}

  /** What is over of a framework that still has something here, or had. */
  public Optional<PastFramework> of(FrameworkId framework) {
    return frameworks.stream().filter(past -> past.id().equals(framework)).findFirst();
  }
}
