package io.meseta.agent;

import io.meseta.agent.core.AgentCounter;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.net.HttpServerStats;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What an agent shows of itself under {@code /metrics} beside {@link AgentFigures}; everything is
 * read from the view.
 */
final class AgentMetrics {

  private AgentMetrics() {}

  static void addTo(Metrics metrics, Supplier<AgentLoop> loop, Supplier<HttpServerStats> http) {
    metrics.httpServer(http);
    metrics.recording(() -> loop.get().recording());
    metrics.gauge(
        "meseta.agent.inbox", "Events that wait for the core", () -> loop.get().backlog());
    metrics.counter(
        "meseta.agent.events", "Events handled", loop, source -> source.get().handled());
    for (AgentCounter counter : AgentCounter.values()) {
      metrics.counter(
          "meseta.agent." + counter.name().toLowerCase(Locale.ROOT).replace('_', '.'),
          "Counted since the start",
          loop,
          source -> source.get().view().counters().getOrDefault(counter, 0L));
    }
  }
}
