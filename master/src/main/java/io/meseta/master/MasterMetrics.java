package io.meseta.master;

import io.meseta.api.v1.TaskState;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.net.HttpServerStats;
import io.meseta.master.core.MasterCounter;
import io.meseta.master.view.AgentView;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What a master shows of itself under {@code /metrics}; everything is read from the view. */
final class MasterMetrics {

  private MasterMetrics() {}

  static void addTo(
      Metrics metrics, MasterLoop loop, BooleanSupplier leading, Supplier<HttpServerStats> http) {
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
          () -> loop.view().totals().agents(standing),
          "standing",
          standing.name().toLowerCase(Locale.ROOT));
    }
    metrics.gauge(
        "meseta.master.frameworks",
        "Frameworks with and without a stream",
        () -> loop.view().totals().connectedFrameworks(),
        "connected",
        "true");
    metrics.gauge(
        "meseta.master.frameworks",
        "Frameworks with and without a stream",
        () -> loop.view().totals().disconnectedFrameworks(),
        "connected",
        "false");
    for (TaskState state : TaskState.values()) {
      metrics.gauge(
          "meseta.master.tasks",
          "Tasks that are not yet forgotten, by state",
          () -> loop.view().totals().tasks(state),
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
    metrics.gauge(
        "meseta.master.offers", "Offers without an answer", () -> loop.view().totals().offers());
  }
}
