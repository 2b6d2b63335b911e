package io.meseta.master.validation;

import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.Ids;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.Ranges;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges the tasks of one ACCEPT, one after the other, and remembers what the accepted ones have
 * taken: later tasks get what is left, cannot have the same id, and may join an executor that an
 * earlier one has started.
 *
 * <p>One instance per ACCEPT, for as long as the call is handled.
 */
public final class LaunchValidation {
  private final LaunchFacts facts;
  private final TreeSet<TaskId> launched = new TreeSet<>();
  private final TreeMap<ExecutorId, ExecutorInfo> started = new TreeMap<>();
  private Resources remaining;

  /** Begins with all that the accepted offers hold. */
  public LaunchValidation(LaunchFacts facts, Resources offered) {
    this.facts = facts;
    this.remaining = offered;
  }

  /** What no task has taken so far. */
  public Resources remaining() {
    return remaining;
  }

  /**
   * An operation has made something else of a part of {@link #remaining}: later tasks may use that.
   *
   * @throws IllegalArgumentException when not all that it consumes is left
   */
  public void convert(Conversion conversion) {
    remaining = remaining.minusOrThrow(conversion.consumed()).plus(conversion.converted());
  }

  /** Judges the next task. What it needs is taken from {@link #remaining} if it is launched. */
  public TaskVerdict judge(TaskInfo sent) {
    return judge(sent, Use.TASK);
  }

  /** What an executor is brought for: a type DEFAULT runs groups only. */
  private enum Use {
    TASK,
    GROUP
  }

  /**
   * Judges a task group: all of it is launched, or nothing is taken.
   *
   * <p>Tasks of a custom executor say nothing of how they run, that is the executor's business;
   * those of the type DEFAULT are run by the agent, and each needs a command.
   */
  public GroupVerdict judgeGroup(Offer.Operation.LaunchGroup sent) {
    var before = remaining;
    var launchedBefore = new TreeSet<>(launched);
    var startedBefore = new TreeMap<>(started);
    var verdict = judgeGroupTaskByTask(sent);
    if (verdict instanceof GroupVerdict.Refuse) {
      remaining = before;
      launched.clear();
      launched.addAll(launchedBefore);
      started.clear();
      started.putAll(startedBefore);
    }
    return verdict;
  }

  private GroupVerdict judgeGroupTaskByTask(Offer.Operation.LaunchGroup sent) {
    if (!sent.hasExecutor()) {
      return new GroupVerdict.Refuse("'launch_group' is missing, and so is its executor");
    }
    var executor =
        sent.getExecutor().toBuilder().setFrameworkId(facts.framework().toProto()).build();
    var reason =
        Reasons.first(
            () ->
                Reasons.when(
                    sent.getExecutor().hasFrameworkId()
                        && !sent.getExecutor().getFrameworkId().equals(executor.getFrameworkId()),
                    "'executor.framework_id' is another framework's"),
            () -> ExecutorRules.invalidForGroups(executor),
            () -> Reasons.when(sent.getTaskGroup().getTasksCount() == 0, "It has no tasks"));
    if (reason.isPresent()) {
      return new GroupVerdict.Refuse(reason.get());
    }
    var tasks = new ArrayList<TaskVerdict.Launch>();
    var executorResources = Resources.EMPTY;
    for (var task : sent.getTaskGroup().getTasksList()) {
      if (task.hasExecutor()) {
        return new GroupVerdict.Refuse(
            "Task '" + task.getTaskId().getValue() + "' brings an executor; the group has one");
      }
      switch (judgeOfGroup(task, executor)) {
        case TaskVerdict.Refuse refuse -> {
          return new GroupVerdict.Refuse(
              "Task '" + task.getTaskId().getValue() + "': " + refuse.reason());
        }
        case TaskVerdict.Launch launch -> {
          tasks.add(launch);
          executorResources = executorResources.plus(launch.executorResources());
        }
      }
    }
    return new GroupVerdict.Launch(executor, executorResources, List.copyOf(tasks));
  }

  private TaskVerdict judgeOfGroup(TaskInfo task, ExecutorInfo executor) {
    if (executor.getType() == ExecutorInfo.Type.DEFAULT && !task.hasCommand()) {
      return new TaskVerdict.Refuse(
          "It has no 'command'; to run an image as it is, set a 'command' with 'shell' false");
    }
    return judge(task.toBuilder().setExecutor(executor).build(), Use.GROUP);
  }

  private TaskVerdict judge(TaskInfo sent, Use use) {
    var task = withFrameworkId(sent);
    Resources resources;
    Resources executorResources;
    try {
      resources = Resources.fromProto(task.getResourcesList());
      executorResources = Resources.fromProto(task.getExecutor().getResourcesList());
    } catch (ResourceException e) {
      return new TaskVerdict.Refuse("Its resources are not valid: " + e.getMessage());
    }
    var reason =
        Reasons.first(
            () -> invalidId(task),
            () -> invalidAgent(task),
            () ->
                use == Use.GROUP
                    ? TaskRules.invalidInGroup(task, resources)
                    : TaskRules.invalidReason(task, resources),
            () ->
                use == Use.GROUP
                    ? Optional.empty()
                    : invalidExecutor(task, resources.ports().plus(executorResources.ports())),
            () -> differentExecutor(task),
            () -> invalidResources(task, resources, executorResources));
    if (reason.isPresent()) {
      return new TaskVerdict.Refuse(reason.get());
    }
    boolean startsExecutor = task.hasExecutor() && runningExecutor(task).isEmpty();
    var verdict =
        new TaskVerdict.Launch(
            task, resources, startsExecutor ? executorResources : Resources.EMPTY);
    if (!remaining.contains(verdict.taken().sharedOnce())) {
      return new TaskVerdict.Refuse(notEnough(verdict));
    }
    // A shared volume is there for the next task, too.
    remaining = remaining.minusOrThrow(verdict.taken().exclusive());
    launched.add(TaskId.of(task.getTaskId()));
    if (startsExecutor) {
      started.put(ExecutorId.of(task.getExecutor().getExecutorId()), task.getExecutor());
    }
    return verdict;
  }

  /** Frameworks may leave it out; the agent needs it. */
  private TaskInfo withFrameworkId(TaskInfo task) {
    if (!task.hasExecutor() || task.getExecutor().hasFrameworkId()) {
      return task;
    }
    var filled = task.toBuilder();
    filled.getExecutorBuilder().setFrameworkId(facts.framework().toProto());
    return filled.build();
  }

  private Optional<String> invalidId(TaskInfo task) {
    var id = TaskId.of(task.getTaskId());
    return Reasons.first(
        () -> Ids.invalidReason("task id", id.value()),
        () ->
            Reasons.when(
                launched.contains(id), "Task id '" + id + "' is used twice in the same call"),
        () ->
            Reasons.when(
                facts.isUnreachable(id),
                "Task id '" + id + "' belongs to a task on an unreachable agent, which may return"),
        () ->
            Reasons.when(
                facts.isActive(id),
                "Task id '"
                    + id
                    + "' belongs to a task that has not ended, or whose end is not acknowledged"));
  }

  private Optional<String> invalidAgent(TaskInfo task) {
    var named = AgentId.of(task.getAgentId());
    return Reasons.when(
        !named.equals(facts.agent()),
        "'agent_id' is " + named + ", but the accepted offers are of agent " + facts.agent());
  }

  private Optional<String> invalidExecutor(TaskInfo task, Ranges ports) {
    return task.hasExecutor()
        ? ExecutorRules.invalidReason(task.getExecutor(), facts.framework(), ports)
        : Optional.empty();
  }

  private Optional<String> differentExecutor(TaskInfo task) {
    return Reasons.when(
        runningExecutor(task)
            .filter(running -> !ExecutorRules.same(running, task.getExecutor()))
            .isPresent(),
        "Executor '"
            + task.getExecutor().getExecutorId().getValue()
            + "' is there already with another ExecutorInfo: use the same one, or another id");
  }

  private Optional<ExecutorInfo> runningExecutor(TaskInfo task) {
    if (!task.hasExecutor()) {
      return Optional.empty();
    }
    var id = ExecutorId.of(task.getExecutor().getExecutorId());
    return Optional.ofNullable(started.get(id)).or(() -> facts.executor(id));
  }

  private Optional<String> invalidResources(
      TaskInfo task, Resources resources, Resources executorResources) {
    return Reasons.first(
        () -> ResourceRules.otherRole(task.getResourcesList(), facts.role()),
        () -> ResourceRules.otherRole(task.getExecutor().getResourcesList(), facts.role()),
        () -> ResourceRules.invalidReason(resources.plus(executorResources)));
  }

  private String notEnough(TaskVerdict.Launch verdict) {
    var who =
        verdict.executorResources().isEmpty()
            ? "The task needs"
            : "The task with its executor needs";
    return who
        + " ["
        + verdict.taken()
        + "], but only ["
        + remaining
        + "] is left of the accepted offers: ["
        + verdict.taken().without(remaining)
        + "] is missing";
  }
}
