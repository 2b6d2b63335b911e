package io.meseta.master.core;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.util.Comparator;

/** Task ids are unique within a framework only. */
record TaskKey(FrameworkId framework, TaskId task) implements Comparable<TaskKey> {

  private static final Comparator<TaskKey> ORDER =
      Comparator.comparing(TaskKey::framework).thenComparing(TaskKey::task);

  /** Ids are not empty. */
  static TaskKey beforeAllOf(FrameworkId framework) {
    return new TaskKey(framework, new TaskId(""));
  }

  @Override
  public int compareTo(TaskKey other) {
    return ORDER.compare(this, other);
  }
}
