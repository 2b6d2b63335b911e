package io.meseta.agent.core;

import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_GONE;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_STARTING;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_AGENT_DRAINING;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_AGENT_RESTARTED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_COMMAND_EXECUTOR_FAILED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_CONTAINER_LIMITATION_DISK;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_EXECUTOR_TERMINATED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_MAX_COMPLETION_TIME_REACHED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskResourceLimitation;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.Value;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the end of a container means for its task. Pure: decides, changes nothing.
 *
 * <p>In this order: an end that was ordered is told as ordered (the task's time was up, it used too
 * much disk, or it was killed), whatever the exit code; then a fault of the agent; then memory;
 * then the exit code; and where nobody knows the exit code any more, the task is gone.
 */
final class ContainerEnds {

  private static final double BYTES_PER_MEGABYTE = 1024.0 * 1024.0;

  private final Statuses statuses;

  ContainerEnds(Statuses statuses) {
    this.statuses = statuses;
  }

  TaskStatus exited(AgentTask task, ContainerExit exit) {
    if (task.completionTimeWasReached()) {
      return completionTimeReached(task);
    }
    if (task.diskOveruse().isPresent()) {
      return diskOverused(task, task.diskOveruse().get());
    }
    if (task.killOrdered()) {
      return killed(task, exit);
    }
    if (exit.fault().isPresent()) {
      return statuses
          .ofAgent(task, TASK_FAILED, REASON_EXECUTOR_TERMINATED)
          .setMessage(
              "The agent could not go on with the container and removed it: " + exit.fault().get())
          .build();
    }
    if (exit.exitCode().isEmpty()) {
      return statuses
          .ofAgent(task, TASK_GONE, REASON_EXECUTOR_TERMINATED)
          .setMessage(with("Container vanished, how it ended is not known", exit.detail()))
          .build();
    }
    int code = exit.exitCode().getAsInt();
    if (code == 0) {
      return statuses
          .ofTask(task, TASK_FINISHED)
          .setMessage("Container exited with status 0")
          .build();
    }
    return exit.outOfMemory() ? outOfMemory(task, exit) : failed(task, code, exit.detail());
  }

  private TaskStatus completionTimeReached(AgentTask task) {
    return statuses
        .ofTask(task, TASK_FAILED)
        .setReason(REASON_MAX_COMPLETION_TIME_REACHED)
        .setMessage("Task did not end within its max_completion_time and was killed")
        .build();
  }

  private TaskStatus diskOverused(AgentTask task, DiskOveruse overuse) {
    return statuses
        .ofAgent(task, TASK_FAILED, REASON_CONTAINER_LIMITATION_DISK)
        .setMessage(
            String.format(
                Locale.ROOT,
                "Disk limit exceeded: the task used %.1f MB and may use %.1f MB, and was killed",
                overuse.usedBytes() / BYTES_PER_MEGABYTE,
                overuse.limitBytes() / BYTES_PER_MEGABYTE))
        .setLimitation(
            TaskResourceLimitation.newBuilder().addResources(scalar("disk", overuse.limitBytes())))
        .build();
  }

  private TaskStatus killed(AgentTask task, ContainerExit exit) {
    String how =
        exit.exitCode().isPresent()
            ? "Container was killed, exit status " + exit.exitCode().getAsInt()
            : "Container was killed";
    String why = task.killReason().map(reason -> reason + ". ").orElse("");
    return asDrained(
        task, statuses.ofTask(task, TASK_KILLED).setMessage(why + with(how, exit.detail())));
  }

  /**
   * The end of a killed task, and why it was killed if that was not by its own order: another task
   * of its group has ended, or the agent is drained. With the agent to be given up, that end is
   * told as what it means to the framework.
   */
  static TaskStatus asDrained(AgentTask task, TaskStatus.Builder killed) {
    if (task.groupEnd().isPresent()) {
      killed.setMessage(task.groupEnd().get() + ". " + killed.getMessage());
    }
    if (task.wasDrained()) {
      killed
          .setState(task.killedState())
          .setReason(REASON_AGENT_DRAINING)
          .setMessage("Agent is drained: " + killed.getMessage());
    }
    return killed.build();
  }

  private TaskStatus failed(AgentTask task, int code, String detail) {
    return statuses
        .ofTask(task, TASK_FAILED)
        .setReason(REASON_COMMAND_EXECUTOR_FAILED)
        .setMessage(with("Container exited with status " + code, detail))
        .build();
  }

  private TaskStatus outOfMemory(AgentTask task, ContainerExit exit) {
    TaskStatus.Builder status =
        statuses
            .ofAgent(task, TASK_FAILED, REASON_CONTAINER_LIMITATION_MEMORY)
            .setMessage(
                with(
                    "Memory limit exceeded: the kernel killed the container, which may use "
                        + limit(exit.memoryLimitBytes()),
                    exit.detail()));
    exit.memoryLimitBytes()
        .ifPresent(bytes ->
            status.setLimitation(
                TaskResourceLimitation.newBuilder().addResources(scalar("mem", bytes))));
    return status.build();
  }

  private static String limit(OptionalLong bytes) {
    return bytes.isPresent()
        ? String.format(Locale.ROOT, "%.1f MB", bytes.getAsLong() / BYTES_PER_MEGABYTE)
        : "no more than its limit";
  }

  private static Resource scalar(String name, long bytes) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(bytes / BYTES_PER_MEGABYTE))
        .build();
  }

  TaskStatus launchFailed(AgentTask task, ContainerPhase phase, String reason) {
    if (task.completionTimeWasReached()) {
      return completionTimeReached(task);
    }
    if (task.diskOveruse().isPresent()) {
      return diskOverused(task, task.diskOveruse().get());
    }
    if (task.killOrdered()) {
      return killedDuringLaunch(task);
    }
    return statuses
        .ofAgent(task, TASK_FAILED, REASON_CONTAINER_LAUNCH_FAILED)
        .setMessage(
            "Container could not be launched, "
                + phase.name().toLowerCase(Locale.ROOT)
                + ": "
                + reason)
        .build();
  }

  TaskStatus killedDuringLaunch(AgentTask task) {
    return asDrained(
        task,
        statuses
            .ofAgent(task, TASK_KILLED, REASON_TASK_KILLED_DURING_LAUNCH)
            .setMessage("Task was killed while its container was being launched"));
  }

  /** A restarted agent finds no container that was ever started. Nothing is run a second time. */
  TaskStatus notFound(AgentTask task) {
    if (task.completionTimeWasReached()) {
      return completionTimeReached(task);
    }
    if (task.diskOveruse().isPresent()) {
      return diskOverused(task, task.diskOveruse().get());
    }
    if (task.groupEnd().isPresent() && task.started().isEmpty()) {
      return killedDuringLaunch(task);
    }
    if (task.killOrdered()) {
      return asDrained(
          task,
          statuses
              .ofTask(task, TASK_KILLED)
              .setMessage("Task was killed; its container was gone when the agent came back"));
    }
    if (task.state() == TASK_STARTING) {
      return statuses
          .ofAgent(task, TASK_DROPPED, REASON_AGENT_RESTARTED)
          .setMessage("The agent restarted before the container was started")
          .build();
    }
    return statuses
        .ofAgent(task, TASK_GONE, REASON_AGENT_RESTARTED)
        .setMessage("The container vanished while the agent was away")
        .build();
  }

  private static String with(String sentence, String detail) {
    return detail.isEmpty() ? sentence : sentence + ": " + detail;
  }
}
