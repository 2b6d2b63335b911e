package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Makes sure that what the framework believes of its tasks is what the master knows.
 *
 * <p>A run asks for each known task (explicit), and for all that the master has (implicit), which
 * also finds tasks that an earlier instance of the framework launched. A master that has just come
 * to lead does not answer for tasks of agents that have not come back yet, so tasks without an
 * answer are asked for again, less and less often. One run at a time: the next begins an interval
 * after the end of the one before.
 */
final class Reconciler {

  /** Keeps a call well under what a master takes as a request. */
  static final int TASKS_PER_CALL = 1_000;

  static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  static final Duration LAST_RETRY = Duration.ofMinutes(1);

  private final KnownTasks known;
  private final Duration interval;
  private final Consumer<Call> calls;
  private final Consumer<SchedulerEffect> effects;
  private final TreeSet<String> unanswered = new TreeSet<>();
  private Duration retry = FIRST_RETRY;

  Reconciler(
      KnownTasks known,
      Duration interval,
      Consumer<Call> calls,
      Consumer<SchedulerEffect> effects) {
    this.known = known;
    this.interval = interval;
    this.calls = calls;
    this.effects = effects;
  }

  /** A subscription has begun, or an interval is over. */
  void startRun() {
    unanswered.clear();
    unanswered.addAll(known.ids());
    askForUnanswered();
    calls.accept(Calls.reconcile(List.of()));
    retry = FIRST_RETRY;
    awaitAnswers();
  }

  /** The author has asked for these, which becomes part of the run. */
  void askedFor(List<Call.Reconcile.Task> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    boolean idle = unanswered.isEmpty();
    known.askedFor(tasks);
    tasks.forEach(task -> unanswered.add(task.getTaskId().getValue()));
    if (idle) {
      retry = FIRST_RETRY;
      awaitAnswers();
    }
  }

  /** Whatever has been said of the task, its state is known now. */
  void answered(String taskId) {
    if (unanswered.remove(taskId) && unanswered.isEmpty()) {
      effects.accept(new SchedulerEffect.CancelTimer(SchedulerTimer.RECONCILE_RETRY));
      awaitAnswers();
    }
  }

  void retryDue() {
    unanswered.removeIf(id -> !known.contains(id));
    askForUnanswered();
    retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
    awaitAnswers();
  }

  /** The subscription is lost; the next one starts a run. */
  void pause() {
    unanswered.clear();
    effects.accept(new SchedulerEffect.CancelTimer(SchedulerTimer.RECONCILE));
    effects.accept(new SchedulerEffect.CancelTimer(SchedulerTimer.RECONCILE_RETRY));
  }

  private void awaitAnswers() {
    if (unanswered.isEmpty()) {
      effects.accept(new SchedulerEffect.SetTimer(SchedulerTimer.RECONCILE, interval));
    } else {
      effects.accept(new SchedulerEffect.CancelTimer(SchedulerTimer.RECONCILE));
      effects.accept(new SchedulerEffect.SetTimer(SchedulerTimer.RECONCILE_RETRY, retry));
    }
  }

  private void askForUnanswered() {
    List<Call.Reconcile.Task> questions = new ArrayList<>();
    for (String id : unanswered) {
      questions.add(known.question(id));
      if (questions.size() == TASKS_PER_CALL) {
        calls.accept(Calls.reconcile(questions));
        questions.clear();
      }
    }
    if (!questions.isEmpty()) {
      calls.accept(Calls.reconcile(questions));
    }
  }
}
