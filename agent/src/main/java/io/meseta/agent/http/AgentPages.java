package io.meseta.agent.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.TaskView;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Pages of an agent: {@code /health}, {@code /version}, {@code /flags}, {@code /tasks}, {@code
 * /metrics}, with and without the prefix {@code /slave(1)}.
 */
public final class AgentPages {

  private static final Set<String> READ = Set.of("GET");
  private static final JsonFactory FACTORY = new JsonFactory();

  private final String version;
  private final Map<String, String> flags;
  private final Supplier<AgentView> view;

  public AgentPages(String version, Map<String, String> flags, Supplier<AgentView> view) {
    this.version = version;
    this.flags = flags;
    this.view = view;
  }

  /**
   * The routes of these pages, and of others.
   *
   * @param more adds its own
   */
  public Router router(HttpHandler metrics, Consumer<Router.Builder> more) {
    Router.Builder routes = Router.builder();
    more.accept(routes);
    return routes
        .route("/health", READ, (request, exchange) -> exchange.respond(HttpResponse.empty(200)))
        .route("/version", READ, page(json -> json.writeStringField("version", version)))
        .route("/flags", READ, page(this::writeFlags))
        .route("/tasks", READ, page(this::writeTasks))
        .route("/metrics", READ, metrics)
        .alias("/slave(1)/*", "/*")
        .build();
  }

  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static HttpHandler page(Body body) {
    return (request, exchange) -> exchange.respond(HttpResponse.json(render(body)));
  }

  private static byte[] render(Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void writeFlags(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("flags");
    for (Map.Entry<String, String> flag : flags.entrySet()) {
      json.writeStringField(flag.getKey(), flag.getValue());
    }
    json.writeEndObject();
  }

  /** What runs here, how far launches have come, and whether the agent misses anything. */
  private void writeTasks(JsonGenerator json) throws IOException {
    AgentView now = view.get();
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
