package io.meseta.agent.core;

import static io.meseta.api.v1.TaskStatus.Reason.REASON_TASK_CHECK_STATUS_UPDATED;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED;

import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.RunCheck;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTimer.CheckDue;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckKind;
import io.meseta.agent.health.CheckRequest;
import io.meseta.agent.health.CheckTarget;
import io.meseta.api.v1.CheckStatusInfo;
import io.meseta.api.v1.HealthCheck;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health checks and checks of tasks: when they are asked, and what their answers mean.
 *
 * <p>A question is asked {@code delay_seconds} after the container's start, and again {@code
 * interval_seconds} after each answer. Its framework is told of each change, and of nothing else.
 * Failures within {@code grace_period_seconds} after the start do not count until the task has been
 * healthy once; {@code consecutive_failures} that count, in a row, kill the task by its own kill
 * policy.
 *
 * <p>A restarted agent goes on: that a task was healthy is in its latest update, the failures in a
 * row are counted anew.
 */
final class Checks {

  private static final Logger log = LoggerFactory.getLogger(Checks.class);

  private record Key(ContainerId container, CheckKind kind) {}

  /** One question that is asked again and again. */
  private static final class Watch {
    private final AgentTask task;
    private final CheckPlan plan;
    private long attempt;
    private boolean asked;
    private boolean wasHealthy;
    private int failures;

    Watch(AgentTask task, CheckPlan plan) {
      this.task = task;
      this.plan = plan;
      this.wasHealthy = task.healthy().orElse(false);
    }
  }

  private final CoreContext context;
  private final Tasks tasks;
  private final Kills kills;
  private final Optional<String> hostAddress;
  private final Map<Key, Watch> watches = new LinkedHashMap<>();

  /**
   * @param hostAddress of this machine, as containers in its network report it
   */
  Checks(CoreContext context, Tasks tasks, Kills kills, Optional<String> hostAddress) {
    this.context = context;
    this.tasks = tasks;
    this.kills = kills;
    this.hostAddress = hostAddress;
  }

  /** The container runs, started just now or adopted. Before its task is told to run. */
  void begin(AgentTask task) {
    if (task.info().hasHealthCheck()) {
      begin(task, CheckPlan.of(task.info().getHealthCheck()));
    }
    if (task.info().hasCheck()) {
      if (task.checkStatus().isEmpty()) {
        task.checked(CheckPlan.withoutAnswer(task.info().getCheck()));
      }
      begin(task, CheckPlan.of(task.info().getCheck()));
    }
  }

  private void begin(AgentTask task, CheckPlan plan) {
    watches.put(new Key(task.container(), plan.kind()), new Watch(task, plan));
    Duration passed = Duration.between(task.started().orElseThrow(), context.turn().now());
    Duration left = plan.delay().minus(passed);
    wait(task, plan, left.isNegative() ? Duration.ZERO : left);
  }

  private void wait(AgentTask task, CheckPlan plan, Duration time) {
    context.order(new SetTimer(new CheckDue(task.container(), plan.kind()), time));
  }

  /** The container has ended. */
  void end(AgentTask task) {
    for (CheckKind kind : CheckKind.values()) {
      Watch watch = watches.remove(new Key(task.container(), kind));
      if (watch != null && !watch.asked) {
        context.order(new CancelTimer(new CheckDue(task.container(), kind)));
      }
    }
  }

  /** It is time to ask. */
  void due(ContainerId container, CheckKind kind) {
    Watch watch = watches.get(new Key(container, kind));
    if (watch == null || isOver(watch)) {
      return;
    }
    watch.attempt++;
    watch.asked = true;
    CheckAddress address = CheckAddress.of(watch.task, hostAddress);
    Optional<CheckTarget> target = watch.plan.target(address);
    if (target.isPresent()) {
      context.order(
          new RunCheck(
              new CheckRequest(
                  container, kind, watch.attempt, target.get(), watch.plan.timeout())));
    } else {
      answered(container, kind, watch.attempt, new CheckAnswer.None(CheckAddress.MISSING));
    }
  }

  /** A task that is being ended is not judged any more. */
  private static boolean isOver(Watch watch) {
    return watch.task.ended()
        || watch.task.killOrdered()
        || watch.task.state() != TaskState.TASK_RUNNING;
  }

  void answered(ContainerId container, CheckKind kind, long attempt, CheckAnswer answer) {
    Watch watch = watches.get(new Key(container, kind));
    if (watch == null || !watch.asked || watch.attempt != attempt) {
      return;
    }
    watch.asked = false;
    if (isOver(watch)) {
      return;
    }
    switch (kind) {
      case HEALTH -> judge(watch, answer);
      case STATUS -> report(watch.task, answer);
    }
    if (!isOver(watch)) {
      wait(watch.task, watch.plan, watch.plan.interval());
    }
  }

  private void judge(Watch watch, CheckAnswer answer) {
    HealthCheck check = watch.task.info().getHealthCheck();
    Optional<String> failure = HealthVerdict.failure(check, answer);
    if (failure.isEmpty()) {
      watch.failures = 0;
      watch.wasHealthy = true;
      tell(watch.task, true, "Health check passes");
    } else if (!watch.wasHealthy && isInGrace(watch.task, check)) {
      log.debug(
          "Task {}: health check fails within its grace period: {}",
          watch.task.key(),
          failure.get());
    } else {
      failed(watch, check, failure.get());
    }
  }

  private boolean isInGrace(AgentTask task, HealthCheck check) {
    Duration passed = Duration.between(task.started().orElseThrow(), context.turn().now());
    return passed.compareTo(CheckPlan.seconds(check.getGracePeriodSeconds())) <= 0;
  }

  private void failed(Watch watch, HealthCheck check, String failure) {
    watch.failures++;
    context.count(AgentCounter.FAILED_HEALTH_CHECKS);
    log.info(
        "Task {}: health check fails, {} in a row: {}", watch.task.key(), watch.failures, failure);
    tell(watch.task, false, "Health check fails: " + failure);
    if (watch.failures >= Math.max(1, check.getConsecutiveFailures())) {
      kills.unhealthy(
          watch.task,
          "Health check failed " + watch.failures + " times in a row, at last: " + failure);
    }
  }

  private void tell(AgentTask task, boolean healthy, String message) {
    if (task.healthy().equals(Optional.of(healthy))) {
      return;
    }
    task.healthy(healthy);
    refresh(task, REASON_TASK_HEALTH_CHECK_STATUS_UPDATED, message);
  }

  private void report(AgentTask task, CheckAnswer answer) {
    CheckStatusInfo status = CheckPlan.status(task.info().getCheck(), answer);
    if (task.checkStatus().equals(Optional.of(status))) {
      return;
    }
    task.checked(status);
    refresh(task, REASON_TASK_CHECK_STATUS_UPDATED, CheckPlan.describe(answer));
  }

  private void refresh(AgentTask task, TaskStatus.Reason reason, String message) {
    tasks.refresh(
        task,
        context
            .statuses()
            .ofTask(task, task.state())
            .setReason(reason)
            .setMessage(message)
            .build());
  }
}
