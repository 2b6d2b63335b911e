package io.meseta.master.validation;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.resources.Resources;
import java.util.List;

/** What becomes of a task group that a framework wants to launch: all of it or nothing. */
public sealed interface GroupVerdict {

  /**
   * It is launched.
   *
   * @param executor under which, with its framework's id
   * @param executorResources what the executor takes beside the tasks; empty when it is there
   *     already
   * @param tasks with what each of them takes
   */
  record Launch(ExecutorInfo executor, Resources executorResources, List<TaskVerdict.Launch> tasks)
      implements GroupVerdict {}

  /** It is not: TASK_ERROR, REASON_TASK_GROUP_INVALID for each of its tasks. */
  record Refuse(String reason) implements GroupVerdict {}
}
