package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.LaunchContainer;
import io.meseta.agent.core.LaunchChecks.Drop;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.link.v1.RunTaskGroup;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus.Reason;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tasks that come with an executor, alone or in groups.
 *
 * <p>One write makes the tasks, their executor and their framework durable; then, and not before,
 * the executor is launched, or given the tasks if it is there. The master counts what an executor
 * holds from the order on: where none is started for an order that should have, it is told that.
 */
final class ExecutorLaunches {

  private static final Logger log = LoggerFactory.getLogger(ExecutorLaunches.class);

  private final CoreContext context;
  private final IdMint ids;
  private final Frameworks frameworks;
  private final Executors executors;
  private final Tasks tasks;
  private final LaunchChecks checks;
  private final ExecutorTasks deliveries;
  private final ExecutorShutdowns shutdowns;
  private final ExecutorSpecs specs;
  private final Groups groups;
  private final ExecutorEndings endings;

  ExecutorLaunches(
      CoreContext context, IdMint ids, ExecutorSlices slices, LaunchChecks checks, Groups groups) {
    this.context = context;
    this.ids = ids;
    this.frameworks = slices.frameworks();
    this.executors = slices.executors();
    this.tasks = slices.tasks();
    this.checks = checks;
    this.deliveries = slices.deliveries();
    this.shutdowns = slices.shutdowns();
    this.specs = slices.specs();
    this.groups = groups;
    this.endings = new ExecutorEndings(context.statuses());
  }

  /**
   * What the master orders.
   *
   * @param tasks each with the executor
   * @param grouped whether they live and end together
   * @param mayStart whether an executor may be started for them
   */
  private record Order(
      FrameworkInfo framework,
      ExecutorKey key,
      ExecutorInfo executor,
      List<TaskInfo> tasks,
      boolean grouped,
      boolean mayStart) {

    TaskKey keyOf(TaskInfo task) {
      return new TaskKey(key.framework(), TaskId.of(task.getTaskId()));
    }
  }

  void run(RunTask order) {
    ExecutorInfo executor = order.getTask().getExecutor();
    take(
        new Order(
            order.getFramework(),
            key(order.getFramework(), executor),
            executor,
            List.of(order.getTask()),
            false,
            order.getLaunchExecutor()));
  }

  void runGroup(RunTaskGroup order) {
    ExecutorInfo executor = order.getExecutor();
    List<TaskInfo> withExecutor = new ArrayList<>();
    order
        .getTaskGroup()
        .getTasksList()
        .forEach(task -> withExecutor.add(task.toBuilder().setExecutor(executor).build()));
    take(
        new Order(
            order.getFramework(),
            key(order.getFramework(), executor),
            executor,
            withExecutor,
            true,
            order.getLaunchExecutor()));
  }

  private static ExecutorKey key(FrameworkInfo framework, ExecutorInfo executor) {
    return new ExecutorKey(
        FrameworkId.of(framework.getId()), ExecutorId.of(executor.getExecutorId()));
  }

  private void take(Order order) {
    if (order.tasks().stream().anyMatch(task -> checks.isIgnored(order.keyOf(task)))) {
      return;
    }
    Optional<AgentExecutor> running = executors.find(order.key());
    Optional<Drop> drop = dropNow(order, running);
    if (drop.isPresent()) {
      order.tasks().forEach(task -> checks.tellDropped(order.keyOf(task), task, drop.get()));
      tellNotStarted(order, running);
      return;
    }
    frameworks.learn(order.key().framework(), order.framework());
    Optional<String> invalid = invalidReason(order, running);
    if (invalid.isPresent()) {
      refuse(order, running, invalid.get());
      tellNotStarted(order, running);
      return;
    }
    AgentExecutor executor = running.orElseGet(() -> start(order));
    if (executor.hasContainer()) {
      hand(order, executor);
    } else {
      groups.run(add(order, task -> new AgentTask(order.keyOf(task), task, ids.containerId())));
    }
  }

  private Optional<Drop> dropNow(Order order, Optional<AgentExecutor> running) {
    List<Resource> resources = new ArrayList<>(order.executor().getResourcesList());
    order.tasks().forEach(task -> resources.addAll(task.getResourcesList()));
    Optional<Drop> drop = checks.dropNow(order.key().framework(), resources);
    if (drop.isPresent()) {
      return drop;
    }
    if (running.isEmpty() && !order.mayStart()) {
      return LaunchChecks.drop(
          Reason.REASON_EXECUTOR_TERMINATED, "The executor has ended before it had the task");
    }
    return running.filter(executor -> !executor.takesTasks()).isPresent()
        ? LaunchChecks.drop(Reason.REASON_EXECUTOR_TERMINATED, "The executor is being ended")
        : Optional.empty();
  }

  private Optional<String> invalidReason(Order order, Optional<AgentExecutor> running) {
    for (TaskInfo task : order.tasks()) {
      Optional<String> wrong = checks.refusal(task);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    if (order.key().executor().value().isEmpty()) {
      return Optional.of("The executor has no id");
    }
    if (order.executor().getType() == ExecutorInfo.Type.DEFAULT && !order.grouped()) {
      return Optional.of("An executor of type DEFAULT runs task groups only");
    }
    return running.filter(executor -> !same(executor.info(), order.executor())).isPresent()
        ? Optional.of(
            "Executor "
                + order.key().executor()
                + " is there already with another ExecutorInfo: use the same one, or another id")
        : Optional.empty();
  }

  /** Resources count by their amounts, not by the order in which they are listed. */
  private static boolean same(ExecutorInfo there, ExecutorInfo given) {
    return there.toBuilder()
            .clearResources()
            .build()
            .equals(given.toBuilder().clearResources().build())
        && read(there).equals(read(given));
  }

  private static Optional<Resources> read(ExecutorInfo info) {
    try {
      return Optional.of(Resources.fromProto(info.getResourcesList()));
    } catch (ResourceException e) {
      log.debug("An executor's resources are invalid", e);
      return Optional.empty();
    }
  }

  /** They are told so like any update, and need a place until that is acknowledged. */
  private void refuse(Order order, Optional<AgentExecutor> running, String why) {
    Reason reason = order.grouped() ? Reason.REASON_TASK_GROUP_INVALID : Reason.REASON_TASK_INVALID;
    List<AgentTask> added =
        add(
            order,
            task ->
                new AgentTask(
                    order.keyOf(task),
                    task,
                    running.map(AgentExecutor::container).orElseGet(ids::containerId)));
    added.forEach(task -> checks.refuse(task, reason, why));
  }

  private void tellNotStarted(Order order, Optional<AgentExecutor> running) {
    if (order.mayStart() && running.isEmpty()) {
      context
          .journal()
          .whenDurable(() -> shutdowns.tellExited(order.key(), ExecutorEndings.UNKNOWN_STATUS));
    }
  }

  private AgentExecutor start(Order order) {
    AgentExecutor executor = new AgentExecutor(order.key(), order.executor(), ids.containerId());
    executors.add(executor);
    if (executor.hasContainer()) {
      context.journal().whenDurable(() -> launch(executor));
    } else {
      executors.become(executor, ExecutorState.RUNNING);
    }
    return executor;
  }

  /** The executor is written down, and with it its first tasks. */
  private void launch(AgentExecutor executor) {
    if (executor.state() == ExecutorState.TERMINATED) {
      return;
    }
    if (executor.state() == ExecutorState.TERMINATING) {
      shutdowns.end(executor, endings::neverLaunched, ExecutorEndings.UNKNOWN_STATUS);
      return;
    }
    executors.stage(executor, ContainerStage.ORDERED);
    context.order(new LaunchContainer(specs.of(executor)));
  }

  private interface Maker {
    AgentTask make(TaskInfo task);
  }

  private List<AgentTask> add(Order order, Maker maker) {
    Optional<String> group = order.grouped() ? Optional.of(ids.groupId()) : Optional.empty();
    List<AgentTask> added = new ArrayList<>();
    for (TaskInfo info : order.tasks()) {
      AgentTask task = maker.make(info);
      group.ifPresent(task::inGroup);
      tasks.add(task);
      added.add(task);
    }
    return added;
  }

  private void hand(Order order, AgentExecutor executor) {
    List<AgentTask> added =
        add(order, task -> new AgentTask(order.keyOf(task), task, executor.container()));
    added.forEach(context.journal()::save);
    if (executor.state() == ExecutorState.RUNNING && executor.isConnected()) {
      deliveries.deliver(executor, added);
    }
  }
}
