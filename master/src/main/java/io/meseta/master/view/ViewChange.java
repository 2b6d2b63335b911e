package io.meseta.master.view;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;

/**
 * Something that has happened between one view and the next: what those are told who follow the
 * cluster, in the terms of Mesos's operator API.
 */
public sealed interface ViewChange {

  /** A task was launched, or was reported by an agent of which the master did not know it. */
  record TaskAdded(TaskView task) implements ViewChange {}

  /** A task went to another state. */
  record TaskUpdated(TaskView task, FrameworkId framework, TaskStatus status)
      implements ViewChange {}

  /** An agent is connected that was not part of the cluster, or was away. */
  record AgentAdded(AgentView agent) implements ViewChange {}

  /** An agent became unreachable or is gone for good. */
  record AgentRemoved(AgentId agent) implements ViewChange {}

  record FrameworkAdded(FrameworkView framework) implements ViewChange {}

  /** A framework came or left, or describes itself in another way. */
  record FrameworkUpdated(FrameworkView framework) implements ViewChange {}

  /** A framework is gone for good. */
  record FrameworkRemoved(FrameworkInfo info) implements ViewChange {}
}
