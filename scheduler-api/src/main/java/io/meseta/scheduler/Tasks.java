package io.meseta.scheduler;

import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.common.tasks.TaskStates;

/** Where tasks begin, and what their states mean. */
public final class Tasks {

  private Tasks() {}

  /**
   * A task that runs as a Docker container. Without {@link TaskBuilder#command} it runs what the
   * image is made for.
   *
   * @param image such as {@code nginx:1.27}, as {@code docker run} takes it
   * @return to be completed with cpus and memory at least
   */
  public static TaskBuilder docker(String image) {
    return TaskBuilder.docker(image);
  }

  /**
   * A task that runs as a process of the agent's machine, in a control group of its own.
   *
   * @param command for {@code sh -c}
   * @return to be completed with cpus and memory at least
   */
  public static TaskBuilder process(String command) {
    return TaskBuilder.process(command);
  }

  /**
   * A task id.
   *
   * @param id the text of the id
   * @return the message
   */
  public static TaskID id(String id) {
    return TaskID.newBuilder().setValue(id).build();
  }

  /**
   * Whether a task in this state has ended, and its resources are free again.
   *
   * <p>TASK_UNREACHABLE and TASK_UNKNOWN are not terminal: the task may still run, and tell so when
   * its agent is back. TASK_LOST is what a framework without the capability PARTITION_AWARE is told
   * in their place, and counts as terminal, although the task may come back then, too.
   *
   * @param state of a status update
   * @return whether nothing follows, as a rule
   */
  public static boolean isTerminal(TaskState state) {
    return TaskStates.isTerminal(state);
  }
}
