package io.meseta.agent.core;

import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.journal.v1.ExecutorRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether resources cover what an agent holds: its tasks, and the reservations and volumes that
 * operations have made. Any other change of an agent's configuration is accepted. Pure.
 */
public final class Coverage {

  private static final int NAMED_TASKS = 5;

  private Coverage() {}

  /**
   * What an agent that was configured so would lack, by what its journal says; empty if nothing.
   *
   * @param configured resources without what operations have made of them
   */
  public static Optional<String> missing(List<Resource> configured, JournalSnapshot journal) {
    List<TaskInfo> running =
        journal.tasks().stream()
            .filter(task -> !task.getContainerEnded())
            .map(TaskRecord::getTask)
            .toList();
    List<Resource> remembered =
        journal.agent().map(agent -> agent.getRememberedResourcesList()).orElse(List.of());
    List<ExecutorInfo> executors =
        journal.executors().stream().map(ExecutorRecord::getExecutor).toList();
    return missing(configured, remembered, running, executors);
  }

  /**
   * What an agent that was configured so would lack; empty if nothing.
   *
   * @param remembered dynamic reservations and volumes
   * @param running tasks that have not ended
   * @param executors that have not ended
   */
  static Optional<String> missing(
      List<Resource> configured,
      List<Resource> remembered,
      List<TaskInfo> running,
      List<ExecutorInfo> executors) {
    try {
      Resources total =
          Conversion.restore(Resources.fromProto(configured), Resources.fromProto(remembered));
      Resources held = Resources.EMPTY;
      for (TaskInfo task : running) {
        held = held.plus(Resources.fromProto(task.getResourcesList()));
      }
      for (ExecutorInfo executor : executors) {
        held = held.plus(Resources.fromProto(executor.getResourcesList()));
      }
      Resources needed = held.sharedOnce();
      if (total.contains(needed)) {
        return Optional.empty();
      }
      return Optional.of(
          "the resources ["
              + total
              + "] do not cover what "
              + describe(running)
              + " hold, ["
              + needed
              + "]: ["
              + needed.without(total)
              + "] is missing");
    } catch (ResourceException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static String describe(List<TaskInfo> running) {
    return running.size()
        + " running tasks ("
        + running.stream()
            .limit(NAMED_TASKS)
            .map(task -> task.getTaskId().getValue())
            .collect(Collectors.joining(", "))
        + (running.size() > NAMED_TASKS ? ", …" : "")
        + ")";
  }
}
