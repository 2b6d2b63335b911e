package io.meseta.master.validation;

import io.meseta.api.v1.TaskInfo;
import io.meseta.common.resources.Resources;

/** What becomes of a task that a framework wants to launch. */
public sealed interface TaskVerdict {

  /**
   * It is launched.
   *
   * @param task what to launch: as it was sent, with the executor's framework id filled in
   * @param taskResources what the task takes from the offers
   * @param executorResources what its executor takes beside that; empty when it has none of its
   *     own, or when that executor is there already
   */
  record Launch(TaskInfo task, Resources taskResources, Resources executorResources)
      implements TaskVerdict {

    /** All that is taken from the offers. */
    public Resources taken() {
      return taskResources.plus(executorResources);
    }
  }

  /** It is not: TASK_ERROR, REASON_TASK_INVALID, and this message. */
  record Refuse(String reason) implements TaskVerdict {}
}
