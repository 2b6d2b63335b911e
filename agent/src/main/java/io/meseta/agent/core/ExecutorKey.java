package io.meseta.agent.core;

import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;

/** An executor's name is unique only within its framework, and only on one agent. */
record ExecutorKey(FrameworkId framework, ExecutorId executor) {

  @Override
  public String toString() {
    return executor + " of framework " + framework;
  }
}
