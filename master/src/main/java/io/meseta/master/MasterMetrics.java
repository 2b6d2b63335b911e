package io.meseta.master;

import io.meseta.api.v1.TaskState;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.net.HttpServerStats;
import io.meseta.master.core.MasterCounter;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What a master shows of itself under {@code /metrics}; everything is read from the view. */
final class MasterMetrics {

  private MasterMetrics() {}

  static Metrics create(MasterLoop loop, BooleanSupplier leading, Supplier<HttpServerStats> http) {
    Metrics metrics = new Metrics();
    metrics.httpServer(http);
    metrics.recording(loop::recording);
    metrics.gauge(
        "meseta.master.elected", "1 while this master leads", () -> leading.getAsBoolean() ? 1 : 0);
    metrics.gauge("meseta.master.inbox", "Events that wait for the core", loop::backlog);
    metrics.counter("meseta.master.events", "Events handled", loop, MasterLoop::handled);
    for (AgentView.Standing standing : AgentView.Standing.values()) {
      metrics.gauge(
          "meseta.master.agents",
          "Agents by where they stand",
          () -> agents(loop.view(), standing),
          "standing",
          standing.name().toLowerCase(Locale.ROOT));
    }
    metrics.gauge(
        "meseta.master.frameworks",
        "Frameworks with and without a stream",
        () -> frameworks(loop.view(), true),
        "connected",
        "true");
    metrics.gauge(
        "meseta.master.frameworks",
        "Frameworks with and without a stream",
        () -> frameworks(loop.view(), false),
        "connected",
        "false");
    for (TaskState state : TaskState.values()) {
      metrics.gauge(
          "meseta.master.tasks",
          "Tasks that are not yet forgotten, by state",
          () -> tasks(loop.view(), state),
          "state",
          state.name());
    }
    for (MasterCounter counter : MasterCounter.values()) {
      metrics.counter(
          "meseta.master." + counter.name().toLowerCase(Locale.ROOT),
          "What the core refused or put off, see the log",
          loop,
          running -> running.count(counter));
    }
    metrics.gauge("meseta.master.offers", "Offers without an answer", () -> offers(loop.view()));
    return metrics;
  }

  private static long agents(MasterView view, AgentView.Standing standing) {
    return view.agents().values().stream().filter(agent -> agent.standing() == standing).count();
  }

  private static long frameworks(MasterView view, boolean connected) {
    return view.frameworks().values().stream()
        .filter(framework -> framework.connected() == connected)
        .count();
  }

  private static long tasks(MasterView view, TaskState state) {
    long count = 0;
    for (FrameworkView framework : view.frameworks().values()) {
      count += framework.tasks().stream().filter(task -> task.getState() == state).count();
      count +=
          framework.unreachableTasks().stream().filter(task -> task.getState() == state).count();
    }
    return count;
  }

  private static long offers(MasterView view) {
    return view.frameworks().values().stream()
        .mapToLong(framework -> framework.offers().size())
        .sum();
  }
}
