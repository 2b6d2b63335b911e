package io.meseta.common.metrics;

import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.HttpServerStats;
import io.meseta.common.recording.RecordingStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one daemon. Thread-safe.
 *
 * <p>Names follow Micrometer's rules ({@code meseta.master.tasks}); Prometheus sees {@code
 * meseta_master_tasks}.
 */
public final class Metrics implements AutoCloseable {

  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  public Metrics() {
    gc.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /**
   * A value that is read when somebody looks.
   *
   * @param tags names and values by turns
   */
  public void gauge(String name, String description, Supplier<Number> value, String... tags) {
    Gauge.builder(name, value)
        .description(description)
        .tags(Tags.of(tags))
        .strongReference(true)
        .register(registry);
  }

  /** A count that only grows, kept by somebody else. */
  public <T> void counter(
      String name, String description, T owner, ToDoubleFunction<T> count, String... tags) {
    FunctionCounter.builder(name, owner, count)
        .description(description)
        .tags(Tags.of(tags))
        .register(registry);
  }

  /**
   * How long something takes.
   *
   * @param window of which shares are shown
   */
  public Timing timing(String name, String description, Duration window) {
    return new Timing(registry, name, description, window);
  }

  /** The counters of an HTTP server, under {@code meseta.http}. */
  public void httpServer(Supplier<HttpServerStats> stats) {
    gauge("meseta.http.connections", "Open connections", () -> stats.get().openConnections());
    gauge("meseta.http.streams", "Open event streams and links", () -> stats.get().openStreams());
    counter("meseta.http.requests", "Requests received", stats, source -> source.get().requests());
    counter(
        "meseta.http.refused.large",
        "Requests refused for their size",
        stats,
        source -> source.get().refusedTooLarge());
    counter(
        "meseta.http.refused.connections",
        "Connections refused at the limit",
        stats,
        source -> source.get().refusedConnections());
    counter(
        "meseta.http.bad.requests",
        "Requests that were no HTTP",
        stats,
        source -> source.get().badRequests());
    counter(
        "meseta.http.slow.readers.dropped",
        "Streams dropped because their client did not read",
        stats,
        source -> source.get().slowReadersDropped());
  }

  /**
   * How the recording of the core fares, under {@code meseta.recording}.
   *
   * @param stats empty if nothing is to be recorded
   */
  public void recording(Supplier<Optional<RecordingStats>> stats) {
    gauge(
        "meseta.recording.enabled",
        "1 if the daemon was started with --record",
        () -> stats.get().isPresent() ? 1 : 0);
    gauge(
        "meseta.recording.running",
        "1 while events are recorded",
        () -> stats.get().filter(RecordingStats::running).isPresent() ? 1 : 0);
    counter(
        "meseta.recording.events",
        "Events recorded",
        stats,
        source -> source.get().map(RecordingStats::events).orElse(0L));
    counter(
        "meseta.recording.bytes",
        "Bytes written to recordings",
        stats,
        source -> source.get().map(RecordingStats::bytes).orElse(0L));
    counter(
        "meseta.recording.stops",
        "Times that the recording had to stop",
        stats,
        source -> source.get().map(RecordingStats::stops).orElse(0L));
  }

  /** Answers with all meters, as Prometheus reads them. */
  public HttpHandler page() {
    return (request, exchange) ->
        exchange.respond(
            HttpResponse.of(
                200, PROMETHEUS_TEXT, registry.scrape().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
