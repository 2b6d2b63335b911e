package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskStatus;
import io.meseta.cli.engine.DockerEngine;
import io.meseta.cli.it.Example.Expected;
import io.meseta.testkit.MesetaCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example of docs/running-tasks does what its page says. */
class RunningTasksIT {

  private static final Path PAGES = Path.of("..", "docs", "running-tasks");

  @TempDir Path data;

  @Test
  void everyExampleEndsAsItsPageSays() throws Exception {
    Docker.ensure();
    try (ExampleSurroundings surroundings = ExampleSurroundings.make(data.resolve("surroundings"));
        MesetaCluster cluster =
            MesetaCluster.builder()
                .dataDirectory(data)
                .docker(DockerEngine.host())
                .masterOptions(options -> options.allocationInterval(Duration.ofMillis(100)))
                .agentResources(index -> "cpus:64;mem:65536;disk:10240;ports:[31000-32000]")
                .start()) {
      List<Example> all =
          pages(surroundings.addresses()).values().stream().flatMap(List::stream).toList();
      cluster.awaitReady(Duration.ofSeconds(60));
      try (ExampleRunner runner = new ExampleRunner(cluster.zk(), this::hasBegun)) {
        runner.run(all);
        SoftAssertions softly = new SoftAssertions();
        for (Example example : all) {
          for (Expected task : example.expected()) {
            judge(task, runner.endOf(task), softly);
          }
        }
        softly.assertAll();
      }
    }
  }

  /** A page that loses its examples would otherwise pass. */
  @Test
  void everyPageOfTasksHasExamples() throws IOException {
    Map<String, List<Example>> pages = pages(Map.of());

    assertThat(pages).hasSizeGreaterThan(5);
    pages.forEach((page, examples) -> assertThat(examples).as(page).isNotEmpty());
  }

  private static Map<String, List<Example>> pages(Map<String, String> addresses)
      throws IOException {
    Map<String, List<Example>> pages = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(PAGES)) {
      List<Path> sorted = new ArrayList<>(files.sorted().toList());
      for (Path page : sorted) {
        pages.put(String.valueOf(page.getFileName()), ExamplePage.read(page, addresses));
      }
    }
    return pages;
  }

  private void judge(Expected task, TaskStatus end, SoftAssertions softly) throws IOException {
    String what = task.task() + ": " + end.getMessage();
    softly.assertThat(end.getState()).as(what).isEqualTo(task.end());
    task.reason()
        .ifPresent(reason -> softly.assertThat(end.getReason().name()).as(what).isEqualTo(reason));
    task.message().ifPresent(text -> softly.assertThat(end.getMessage()).as(what).contains(text));
    if (task.stdout().isPresent()) {
      Optional<Path> stdout = stdoutOf(end);
      softly.assertThat(stdout).as(task.task() + " has a sandbox").isPresent();
      if (stdout.isPresent()) {
        softly
            .assertThat(Files.readString(stdout.get()))
            .as("stdout of " + what)
            .contains(task.stdout().get());
      }
    }
  }

  /** Whether one that is to be killed has come far enough for that. */
  private boolean hasBegun(Expected task, TaskStatus running) {
    try {
      Optional<Path> stdout = stdoutOf(running);
      return task.stdout().isEmpty() || (stdout.isPresent() && Files.size(stdout.get()) > 0);
    } catch (IOException | UncheckedIOException e) {
      // Directories come and go while they are walked through.
      return false;
    }
  }

  private Optional<Path> stdoutOf(TaskStatus status) throws IOException {
    String container = status.getContainerStatus().getContainerId().getValue();
    Path end = Path.of("runs", container, "stdout");
    try (Stream<Path> files = Files.walk(data)) {
      return container.isEmpty()
          ? Optional.empty()
          : files.filter(p -> p.endsWith(end)).findFirst();
    }
  }
}
