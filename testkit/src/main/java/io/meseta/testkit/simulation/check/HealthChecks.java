package io.meseta.testkit.simulation.check;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckRequest;
import java.util.TreeMap;

/** Watches what an agent makes of the health checks of its tasks: enough failures in a row kill. */
final class HealthChecks {

  /** A container with a health check. */
  private static final class Watched {
    final TaskHistory task;
    final int failuresAllowed;

    /** Since the agent's process began to ask. */
    boolean wasHealthy;

    int failures;

    Watched(TaskHistory task, int failuresAllowed) {
      this.task = task;
      this.failuresAllowed = failuresAllowed;
    }
  }

  private final String name;
  private final Ledger ledger;

  /** All that were ever launched with a health check. */
  private final TreeMap<String, Watched> checked = new TreeMap<>();

  HealthChecks(String name, Ledger ledger) {
    this.name = name;
    this.ledger = ledger;
  }

  void launches(ContainerSpec spec, TaskHistory task) {
    if (spec.task().hasHealthCheck()) {
      checked.put(
          spec.container().value(),
          new Watched(task, spec.task().getHealthCheck().getConsecutiveFailures()));
    }
  }

  /** Another process counts anew. */
  void processDied() {
    for (Watched watched : checked.values()) {
      watched.wasHealthy = false;
      watched.failures = 0;
    }
  }

  /**
   * The agent asks. It does not have to be told any more when the answers before this one were
   * reason enough to kill: those count that came after the task was healthy once, since failures at
   * its beginning may be forgiven.
   */
  void asks(CheckRequest request) {
    Watched watched = checked.get(request.container().value());
    if (watched != null && watched.wasHealthy && watched.failures >= watched.failuresAllowed) {
      throw Ledger.violation(
          watched.task,
          name
              + " asks it once more, though its health check has failed "
              + watched.failures
              + " times in a row and "
              + watched.failuresAllowed
              + " are to kill it");
    }
  }

  /**
   * A task was asked, and the agent is told the answer. So many failures in a row allow it to kill;
   * it may count fewer, as it forgives some and forgets all when it starts anew. Also where the
   * container has ended already and a silent engine has not said so.
   */
  void answered(CheckRequest request, CheckAnswer answer) {
    Watched watched = checked.get(request.container().value());
    if (watched == null) {
      return;
    }
    ledger.tally.count("health checks");
    boolean good = answer instanceof CheckAnswer.Connected;
    TaskHistory task = watched.task;
    task.failuresInRow = good ? 0 : task.failuresInRow + 1;
    watched.failures = good ? 0 : watched.failures + 1;
    watched.wasHealthy |= good;
    if (!good && task.failuresInRow >= watched.failuresAllowed) {
      task.killAsked = true;
      ledger.tally.count("tasks unhealthy");
    }
  }
}
