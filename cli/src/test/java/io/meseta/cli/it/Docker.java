package io.meseta.cli.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The engine's own command line, as a second opinion on what agents say. */
final class Docker {

  /** Made by the script from the distribution's static busybox; no registry has it. */
  static final String IMAGE = "meseta/busybox:local";

  private static final String FACTS =
      "{{.Id}}\t{{index .Config.Labels \"io.meseta.task\"}}\t{{.State.StartedAt}}"
          + "\t{{.State.Running}}\t{{.State.ExitCode}}";

  private static final int LIMIT_MINUTES = 5;

  private Docker() {}

  /** A container as the engine has it; two are equal if it has not been touched in between. */
  record Container(String id, String task, String startedAt, boolean running, int exitCode) {}

  /** An engine answers, and has the image. */
  static void ensure() throws IOException {
    run(script("docker-engine.sh"), "image");
  }

  /** A script of the project. */
  static String script(String name) {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("not run from inside the project");
      }
    }
    return directory.resolve("scripts").resolve(name).toString();
  }

  /** Runs a program to its end; the answer is what it prints. Throws if it fails. */
  static String run(String... command) throws IOException {
    return tryRun(List.of(command)).orThrow();
  }

  /** All containers of an agent, in any state. */
  static List<Container> containersOf(String agentId) throws IOException {
    String ids = docker("ps", "-aq", "--no-trunc", "--filter", "label=io.meseta.agent=" + agentId);
    List<Container> containers = new ArrayList<>();
    for (String id : ids.lines().toList()) {
      inspect(id).ifPresent(containers::add);
    }
    return containers;
  }

  /** The container of a task on an agent; there must be exactly one. */
  static Container containerOf(String agentId, String task) throws IOException {
    List<Container> found =
        containersOf(agentId).stream().filter(each -> each.task().equals(task)).toList();
    if (found.size() != 1) {
      throw new AssertionError("One container of task " + task + " expected, not " + found);
    }
    return found.get(0);
  }

  /** Empty for one that has been removed since it was listed. */
  private static Optional<Container> inspect(String id) throws IOException {
    Outcome outcome = tryRun(List.of("docker", "inspect", "--format", FACTS, id));
    if (outcome.exitCode() != 0 && outcome.text().contains("No such object")) {
      return Optional.empty();
    }
    String[] facts = outcome.orThrow().split("\t", -1);
    return Optional.of(
        new Container(
            facts[0],
            facts[1],
            facts[2],
            Boolean.parseBoolean(facts[3]),
            Integer.parseInt(facts[4])));
  }

  /** Waits for a container to end by itself; gives its exit code. */
  static int waitFor(String id) throws IOException {
    return Integer.parseInt(docker("wait", id));
  }

  /** Ends and removes whatever an agent has left. */
  static void removeAll(String agentId) throws IOException {
    String ids = docker("ps", "-aq", "--no-trunc", "--filter", "label=io.meseta.agent=" + agentId);
    for (String id : ids.lines().toList()) {
      docker("rm", "-fv", id);
    }
  }

  private static String docker(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private record Outcome(List<String> command, int exitCode, String text) {
    String orThrow() {
      if (exitCode != 0) {
        throw new IllegalStateException(command + " ended with " + exitCode + ": " + text);
      }
      return text;
    }
  }

  private static Outcome tryRun(List<String> command) throws IOException {
    Path output = Files.createTempFile("meseta-it", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      awaitEnd(process, command);
      String text = Files.readString(output, StandardCharsets.UTF_8).strip();
      return new Outcome(command, process.exitValue(), text);
    } finally {
      Files.delete(output);
    }
  }

  private static void awaitEnd(Process process, List<String> command) {
    try {
      process.onExit().orTimeout(LIMIT_MINUTES, TimeUnit.MINUTES).join();
    } catch (CompletionException e) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " does not end", e);
    }
  }
}
