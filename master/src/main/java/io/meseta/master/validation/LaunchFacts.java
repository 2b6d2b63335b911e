package io.meseta.master.validation;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.util.Optional;

/** What has to be known to judge the tasks that a framework launches on one agent's offers. */
public interface LaunchFacts {
  FrameworkId framework();

  /** The agent of the accepted offers. */
  AgentId agent();

  /** The role of the accepted offers. */
  String role();

  /**
   * Whether the framework has a task of this id on any agent that has not ended, or of whose end it
   * has not acknowledged the update: the agent still holds such a task, and would ignore another
   * one of the same id.
   */
  boolean isActive(TaskId task);

  /** Whether the framework has a task of this id on an agent that is unreachable. */
  boolean isUnreachable(TaskId task);

  /** The framework's executor of this id on this agent, if one runs or is being launched. */
  Optional<ExecutorInfo> executor(ExecutorId id);
}
