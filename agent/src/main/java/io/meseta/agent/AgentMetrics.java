package io.meseta.agent;

import io.meseta.agent.core.AgentCounter;
import io.meseta.agent.core.LinkState;
import io.meseta.api.v1.TaskState;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.net.HttpServerStats;
import java.util.Locale;
import java.util.function.Supplier;

/** What an agent shows of itself under {@code /metrics}; everything is read from the view. */
final class AgentMetrics {

  private AgentMetrics() {}

  static Metrics create(Supplier<AgentLoop> loop, Supplier<HttpServerStats> http) {
    Metrics metrics = new Metrics();
    metrics.httpServer(http);
    metrics.recording(() -> loop.get().recording());
    metrics.gauge(
        "meseta.agent.registered",
        "1 while the master has registered this agent",
        () -> loop.get().view().link() == LinkState.REGISTERED ? 1 : 0);
    metrics.gauge(
        "meseta.agent.degraded",
        "1 while the journal or the container engine fails",
        () -> loop.get().view().degraded() ? 1 : 0);
    metrics.gauge(
        "meseta.agent.inbox", "Events that wait for the core", () -> loop.get().backlog());
    metrics.counter(
        "meseta.agent.events", "Events handled", loop, source -> source.get().handled());
    for (TaskState state : TaskState.values()) {
      metrics.gauge(
          "meseta.agent.tasks",
          "Tasks that are not yet forgotten, by state",
          () -> loop.get().view().tasks().stream().filter(task -> task.state() == state).count(),
          "state",
          state.name());
    }
    for (AgentCounter counter : AgentCounter.values()) {
      metrics.counter(
          "meseta.agent." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.'),
          "Counted since the start",
          loop,
          source -> source.get().view().counters().getOrDefault(counter, 0L));
    }
    return metrics;
  }
}
