package io.meseta.cli.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What has happened to the containers of one cluster's agents, as the engine's events tell it. */
final class ContainerHistory implements AutoCloseable {

  /** All containers of a task together: there should be one at most. */
  static final class Of {
    int starts;
    private final Set<String> started = new HashSet<>();
    boolean outOfMemory;
    final List<Integer> exitCodes = new ArrayList<>();
    String agent = "";
    String framework = "";

    @Override
    public String toString() {
      return starts
          + " starts, exit codes "
          + exitCodes
          + (outOfMemory ? ", out of memory" : "")
          + ", on agent "
          + agent;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final EngineEvents events;

  private ContainerHistory(EngineEvents events) {
    this.events = events;
  }

  /** Follows from this moment on, all agents of the engine. */
  static ContainerHistory follow(Path directory) throws IOException {
    return new ContainerHistory(
        EngineEvents.follow(
            directory.resolve("engine-events.jsonl"),
            List.of("start", "die", "oom"),
            "{{json .}}"));
  }

  /** By task id, those of one framework. */
  Map<String, Of> of(String framework) throws IOException {
    Map<String, Of> histories = new LinkedHashMap<>();
    for (String line : events.lines()) {
      JsonNode event = JSON.readTree(line);
      JsonNode labels = event.path("Actor").path("Attributes");
      if (labels.path("io.meseta.framework").asText().equals(framework)) {
        Of history =
            histories.computeIfAbsent(labels.path("io.meseta.task").asText(), task -> new Of());
        history.framework = framework;
        history.agent = labels.path("io.meseta.agent").asText();
        apply(
            event.path("Action").asText(),
            event.path("Actor").path("ID").asText(),
            labels,
            history);
      }
    }
    return histories;
  }

  /** Under load the engine may leave an event out: what has ended has been started. */
  private static void apply(String action, String container, JsonNode labels, Of history) {
    switch (action) {
      case "start" -> {
        history.starts++;
        history.started.add(container);
      }
      case "die" -> {
        history.starts += history.started.add(container) ? 1 : 0;
        history.exitCodes.add(Integer.parseInt(labels.path("exitCode").asText()));
      }
      case "oom" -> history.outOfMemory = true;
      default -> throw new IllegalStateException("not asked for: " + action);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
