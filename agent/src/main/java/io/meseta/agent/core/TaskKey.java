package io.meseta.agent.core;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;

/** A task's name is unique only within its framework. */
record TaskKey(FrameworkId framework, TaskId task) {

  @Override
  public String toString() {
    return task + " of framework " + framework;
  }
}
