package io.meseta.cli.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What has happened to the containers of one cluster's agents, as the engine's events tell it. */
final class ContainerHistory implements AutoCloseable {

  /** All containers of a task together: there should be one at most. */
  static final class Of {
    int starts;
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

  private final Path file;
  private final Process process;

  private ContainerHistory(Path file, Process process) {
    this.file = file;
    this.process = process;
  }

  /** Follows from this moment on, all agents of the engine. */
  static ContainerHistory follow(Path directory) throws IOException {
    Path file = directory.resolve("engine-events.jsonl");
    Process process =
        new ProcessBuilder(
                "docker",
                "events",
                "--since",
                Long.toString(Instant.now().getEpochSecond()),
                "--filter",
                "type=container",
                "--filter",
                "event=start",
                "--filter",
                "event=die",
                "--filter",
                "event=oom",
                "--filter",
                "label=io.meseta.agent",
                "--format",
                "{{json .}}")
            .redirectError(directory.resolve("engine-events.err").toFile())
            .redirectOutput(file.toFile())
            .start();
    return new ContainerHistory(file, process);
  }

  /** By task id, those of one framework. */
  Map<String, Of> of(String framework) throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("docker events has ended with " + process.exitValue());
    }
    Map<String, Of> histories = new LinkedHashMap<>();
    String text = Files.readString(file, StandardCharsets.UTF_8);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
      JsonNode event = JSON.readTree(line);
      JsonNode labels = event.path("Actor").path("Attributes");
      if (labels.path("io.meseta.framework").asText().equals(framework)) {
        Of history =
            histories.computeIfAbsent(labels.path("io.meseta.task").asText(), task -> new Of());
        history.framework = framework;
        history.agent = labels.path("io.meseta.agent").asText();
        apply(event.path("Action").asText(), labels, history);
      }
    }
    return histories;
  }

  private static void apply(String action, JsonNode labels, Of history) {
    switch (action) {
      case "start" -> history.starts++;
      case "die" -> history.exitCodes.add(Integer.parseInt(labels.path("exitCode").asText()));
      case "oom" -> history.outOfMemory = true;
      default -> throw new IllegalStateException("not asked for: " + action);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
