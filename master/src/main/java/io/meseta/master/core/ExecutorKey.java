package io.meseta.master.core;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.util.Comparator;

/** Executor ids are unique within a framework and on one agent only. */
record ExecutorKey(FrameworkId framework, ExecutorId executor) implements Comparable<ExecutorKey> {

  private static final Comparator<ExecutorKey> ORDER =
      Comparator.comparing(ExecutorKey::framework).thenComparing(ExecutorKey::executor);

  /** Of one that says whose it is. */
  static ExecutorKey of(ExecutorInfo info) {
    return new ExecutorKey(
        FrameworkId.of(info.getFrameworkId()), ExecutorId.of(info.getExecutorId()));
  }

  @Override
  public int compareTo(ExecutorKey other) {
    return ORDER.compare(this, other);
  }
}
