package io.meseta.agent.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.config.Durations;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import io.meseta.common.pages.PageJson;
import io.meseta.common.runtime.Verbosity;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages of an agent: those that Mesos's tools read, {@code /tasks} and {@code /metrics}, each with
 * and without the prefix {@code /slave(1)} and with {@code .json} at its end.
 *
 * <p>Answered from the published view, never by the core. What may take a while is made by {@code
 * workers}, and once for all who ask at the same time.
 */
public final class AgentPages {

  private static final Logger log = LoggerFactory.getLogger(AgentPages.class);
  private static final Set<String> READ = Set.of("GET");
  private static final Set<String> TOGGLE = Set.of("GET", "POST");
  private static final Duration STATISTICS_VALIDITY = Duration.ofSeconds(1);

  /** The same view always gives the same page. */
  private static final Duration STATE_VALIDITY = Duration.ofHours(1);

  private final ReadSources sources;
  private final Executor workers;
  private final Shared<AgentView, byte[]> state;
  private final Shared<ContainerUsage, byte[]> statistics;
  private final Shared<ContainerUsage, byte[]> containers;

  /**
   * @param workers makes pages; may have many waiting
   */
  public AgentPages(ReadSources sources, Executor workers) {
    this.sources = sources;
    this.workers = workers;
    AgentStateJson json = new AgentStateJson(sources.about());
    this.state = new Shared<>(json::render, STATE_VALIDITY, System::nanoTime);
    this.statistics =
        new Shared<>(
            usage -> ContainersJson.statistics(usage.now()), STATISTICS_VALIDITY, System::nanoTime);
    this.containers =
        new Shared<>(
            usage -> ContainersJson.containers(usage.now()), STATISTICS_VALIDITY, System::nanoTime);
  }

  /**
   * The routes of these pages, of the one with the metrics, and of others.
   *
   * @param others adds them; they have the prefix too
   */
  public Router router(HttpHandler metrics, Consumer<Router.Builder> others) {
    Router.Builder router = Router.builder();
    others.accept(router);
    router.route("/health", READ, (request, exchange) -> exchange.respond(HttpResponse.empty(200)));
    router.route("/logging/toggle", TOGGLE, this::toggleLogging);
    router.route("/metrics", READ, metrics).nothingBelow("/metrics");
    page(router, "/version", () -> object(json -> AgentStateJson.writeBuild(about(), json)));
    page(router, "/flags", () -> object(json -> AgentStateJson.writeFlags(about(), json)));
    page(router, "/tasks", () -> object(this::writeTasks));
    page(router, "/state", () -> state.get(sources.view().get()));
    page(router, "/monitor/statistics", () -> statistics.get(sources.usage()));
    page(router, "/containers", () -> containers.get(sources.usage()));
    page(router, "/metrics/snapshot", this::snapshot);
    return router.alias("/slave(1)/*", "/*").build();
  }

  /** Old tools still ask with an ending. Aliases do not lead to aliases, so that is a route. */
  private void page(Router.Builder router, String path, Supplier<byte[]> page) {
    HttpHandler handler = (request, exchange) -> workers.execute(() -> answer(exchange, page));
    router.route(path, READ, handler).route(path + ".json", READ, handler);
  }

  private static void answer(Exchange exchange, Supplier<byte[]> page) {
    HttpResponse response;
    try {
      response = HttpResponse.json(page.get());
    } catch (RuntimeException e) {
      log.error("A page could not be made", e);
      response = HttpResponse.text(500, "The page could not be made; the agent's log says why");
    }
    exchange.respond(response);
  }

  private AboutAgent about() {
    return sources.about();
  }

  private static byte[] object(PageJson.Body fields) {
    return PageJson.object(fields);
  }

  private byte[] snapshot() {
    return object(json -> {
      for (Map.Entry<String, Double> metric : sources.metrics().get().entrySet()) {
        json.writeNumberField(metric.getKey(), metric.getValue());
      }
    });
  }

  /** Without parameters it says the level, with {@code level} and {@code duration} it sets it. */
  private void toggleLogging(HttpRequest request, Exchange exchange) {
    Verbosity verbosity = sources.verbosity();
    if (request.query("level").isEmpty() && request.query("duration").isEmpty()) {
      exchange.respond(HttpResponse.text(200, Integer.toString(verbosity.level())));
      return;
    }
    try {
      int level = Integer.parseInt(request.query("level").orElse(""));
      verbosity.set(level, Durations.parse(request.query("duration").orElse("")));
      exchange.respond(HttpResponse.empty(200));
    } catch (NumberFormatException e) {
      exchange.respond(HttpResponse.text(400, "'level' has to be a whole number"));
    } catch (IllegalArgumentException e) {
      exchange.respond(HttpResponse.text(400, String.valueOf(e.getMessage())));
    }
  }

  /** What runs here, how far launches have come, and whether the agent misses anything. */
  private void writeTasks(JsonGenerator json) throws IOException {
    AgentView now = sources.view().get();
    json.writeStringField("id", now.agent().getId().getValue());
    json.writeStringField("link", now.link().name());
    json.writeBooleanField("degraded", now.degraded());
    if (now.engineFailure().isPresent()) {
      json.writeStringField("engine_failure", now.engineFailure().get());
    }
    if (now.journalFailure().isPresent()) {
      json.writeStringField("journal_failure", now.journalFailure().get());
    }
    json.writeArrayFieldStart("tasks");
    for (TaskView task : now.tasks()) {
      writeTask(task, json);
    }
    json.writeEndArray();
  }

  private static void writeTask(TaskView task, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", task.info().getTaskId().getValue());
    json.writeStringField("framework_id", task.framework().value());
    json.writeStringField("container_id", task.container().toString());
    json.writeStringField("state", task.state().name());
    if (task.phase().isPresent()) {
      json.writeStringField("phase", task.phase().get().name());
      json.writeStringField("phase_detail", task.phaseDetail());
    }
    json.writeNumberField("unacknowledged_updates", task.unacknowledged());
    if (task.latest().isPresent()) {
      json.writeFieldName("latest_status");
      JsonPrinter.write(task.latest().get(), json);
    }
    json.writeEndObject();
  }
}
