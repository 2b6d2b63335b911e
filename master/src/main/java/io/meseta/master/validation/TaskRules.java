package io.meseta.master.validation;

import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a task says of itself, whoever sends it and wherever it should run. */
final class TaskRules {
  private TaskRules() {}

  static Optional<String> invalidReason(TaskInfo task, Resources resources) {
    return Reasons.first(() -> commandOrExecutor(task), () -> invalidInGroup(task, resources));
  }

  /** A task of a group may have a command beside the group's executor. */
  static Optional<String> invalidInGroup(TaskInfo task, Resources resources) {
    return Reasons.first(
        () ->
            Reasons.when(
                resources.isEmpty(), "It has no resources: ask at least for some cpus or mem"),
        () ->
            task.hasCommand()
                ? CommandRules.invalidReason(
                    task.getCommand(), CommandRules.runsImage(task.getContainer()))
                : Optional.empty(),
        () ->
            task.hasContainer()
                ? ContainerRules.invalidReason(task.getContainer(), resources.ports())
                : Optional.empty(),
        () -> negative("kill_policy.grace_period", task.getKillPolicy().getGracePeriod()),
        () -> negative("max_completion_time", task.getMaxCompletionTime()),
        () -> CheckRules.invalidReason(task),
        () -> invalidLimits(task, resources));
  }

  private static Optional<String> commandOrExecutor(TaskInfo task) {
    if (task.hasCommand() && task.hasExecutor()) {
      return Optional.of("It has both 'command' and 'executor': set only one of them");
    }
    return Reasons.when(
        !task.hasCommand() && !task.hasExecutor(),
        "It has neither 'command' nor 'executor'; to run an image as it is, set a 'command' with"
            + " 'shell' false");
  }

  static Optional<String> negative(String field, DurationInfo duration) {
    return Reasons.when(
        duration.getNanoseconds() < 0,
        "'" + field + "' is negative: " + duration.getNanoseconds() + " ns");
  }

  private static Optional<String> invalidLimits(TaskInfo task, Resources resources) {
    return Reasons.firstOf(
        List.copyOf(task.getLimitsMap().entrySet()), limit -> invalidLimit(limit, resources));
  }

  private static Optional<String> invalidLimit(
      Map.Entry<String, Value.Scalar> limit, Resources resources) {
    var name = limit.getKey();
    double value = limit.getValue().getValue();
    if (!name.equals("cpus") && !name.equals("mem")) {
      return Optional.of("'limits' has '" + name + "'; only cpus and mem can have a limit");
    }
    long requestMilli = resources.scalarMilli(name);
    if (requestMilli == 0) {
      return Optional.of(
          "'limits' has '" + name + "', but the task does not ask for " + name + " itself");
    }
    // Rounded as resources are, so that a limit equal to the request is equal.
    return Reasons.when(
        Double.isNaN(value) || Math.round(value * 1000) < requestMilli,
        "The limit of "
            + name
            + " ("
            + value
            + ") is below what the task asks for: ["
            + resources.named(name)
            + "]");
  }
}
