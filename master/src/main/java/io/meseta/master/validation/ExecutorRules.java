package io.meseta.master.validation;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.Ids;
import io.meseta.common.resources.Ranges;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.Optional;

/** The executor that a task brings along. */
final class ExecutorRules {
  private ExecutorRules() {}

  /**
   * Why the executor cannot be started, or nothing.
   *
   * @param ports all that the executor and the task that brings it were given
   */
  static Optional<String> invalidReason(
      ExecutorInfo executor, FrameworkId framework, Ranges ports) {
    return Reasons.first(
        () -> Ids.invalidReason("executor id", executor.getExecutorId().getValue()),
        () ->
            Reasons.when(
                !FrameworkId.of(executor.getFrameworkId()).equals(framework),
                "'executor.framework_id' is "
                    + executor.getFrameworkId().getValue()
                    + ", but the framework is "
                    + framework),
        () ->
            Reasons.when(
                executor.getType() == ExecutorInfo.Type.DEFAULT,
                "An executor of type DEFAULT runs task groups: use LAUNCH_GROUP, or the type"
                    + " CUSTOM"),
        () ->
            Reasons.when(
                !executor.hasCommand() && !CommandRules.runsImage(executor.getContainer()),
                "The executor has neither a 'command' nor an image to run"),
        () ->
            executor.hasCommand()
                ? CommandRules.invalidReason(
                        executor.getCommand(), CommandRules.runsImage(executor.getContainer()))
                    .map(reason -> "Executor: " + reason)
                : Optional.empty(),
        () ->
            executor.hasContainer()
                ? ContainerRules.invalidReason(executor.getContainer(), ports)
                    .map(reason -> "Executor: " + reason)
                : Optional.empty(),
        () ->
            TaskRules.negative(
                "executor.shutdown_grace_period", executor.getShutdownGracePeriod()));
  }

  /** Why a task group cannot run under this executor, or nothing. */
  static Optional<String> invalidForGroups(ExecutorInfo executor) {
    boolean isDefault = executor.getType() == ExecutorInfo.Type.DEFAULT;
    return Reasons.first(
        () ->
            Reasons.when(
                executor.getType() == ExecutorInfo.Type.UNKNOWN,
                "'executor.type' is not set: DEFAULT to have the agent run the tasks, or CUSTOM"),
        () ->
            Reasons.when(
                isDefault && (executor.hasCommand() || executor.hasContainer()),
                "An executor of type DEFAULT is the agent itself: it has no 'command' and no"
                    + " 'container'"),
        () ->
            isDefault
                ? Reasons.first(
                    () -> Ids.invalidReason("executor id", executor.getExecutorId().getValue()),
                    () ->
                        TaskRules.negative(
                            "executor.shutdown_grace_period", executor.getShutdownGracePeriod()))
                : invalidReason(executor, FrameworkId.of(executor.getFrameworkId()), Ranges.EMPTY));
  }

  /** Whether a task that brings {@code given} can join the executor that is there. */
  static boolean same(ExecutorInfo there, ExecutorInfo given) {
    var otherwiseSame =
        there.toBuilder()
            .clearResources()
            .setFrameworkId(given.getFrameworkId())
            .build()
            .equals(given.toBuilder().clearResources().build());
    return otherwiseSame && read(there.getResourcesList()).equals(read(given.getResourcesList()));
  }

  /** Resources that are not valid are refused elsewhere. */
  private static Optional<Resources> read(List<Resource> resources) {
    try {
      return Optional.of(Resources.fromProto(resources));
    } catch (ResourceException e) {
      return Optional.empty();
    }
  }
}
