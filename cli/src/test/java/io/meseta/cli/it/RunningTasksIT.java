package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskStatus;
import io.meseta.cli.engine.DockerEngine;
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
import java.util.Set;
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
    Map<String, List<Example>> pages = pages();
    List<Example> all = pages.values().stream().flatMap(List::stream).toList();
    Docker.ensure();
    try (MesetaCluster cluster =
        MesetaCluster.builder()
            .dataDirectory(data)
            .docker(DockerEngine.host())
            .masterOptions(options -> options.allocationInterval(Duration.ofMillis(100)))
            .agentResources(index -> "cpus:64;mem:65536;disk:10240;ports:[31000-32000]")
            .start()) {
      cluster.awaitReady(Duration.ofSeconds(60));
      try (ExampleRunner runner = new ExampleRunner(cluster.zk(), this::hasBegun)) {
        runner.run(all);
        SoftAssertions softly = new SoftAssertions();
        for (Example example : all) {
          judge(example, runner.endOf(example), softly);
        }
        softly.assertAll();
      }
    }
  }

  /**
   * A page that loses its examples would otherwise pass. Executors and groups are more than a task;
   * what their pages say is what ExecutorIT and ContainerGroupIT do.
   */
  @Test
  void everyPageOfTasksHasExamples() throws IOException {
    Map<String, List<Example>> pages = pages();
    pages.keySet().removeAll(Set.of("executors.md", "groups.md"));

    assertThat(pages).hasSizeGreaterThan(3);
    pages.forEach((page, examples) -> assertThat(examples).as(page).isNotEmpty());
  }

  private static Map<String, List<Example>> pages() throws IOException {
    Map<String, List<Example>> pages = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(PAGES)) {
      List<Path> sorted = new ArrayList<>(files.sorted().toList());
      for (Path page : sorted) {
        pages.put(String.valueOf(page.getFileName()), Example.of(page));
      }
    }
    return pages;
  }

  private void judge(Example example, TaskStatus end, SoftAssertions softly) throws IOException {
    String what = example.name() + ": " + end.getMessage();
    softly.assertThat(end.getState()).as(what).isEqualTo(example.end());
    example
        .reason()
        .ifPresent(reason -> softly.assertThat(end.getReason().name()).as(what).isEqualTo(reason));
    if (example.stdout().isPresent()) {
      Optional<Path> stdout = stdoutOf(example);
      softly.assertThat(stdout).as(example.name() + " has a sandbox").isPresent();
      if (stdout.isPresent()) {
        softly
            .assertThat(Files.readString(stdout.get()))
            .as("stdout of " + what)
            .contains(example.stdout().get());
      }
    }
  }

  /** Whether one that is to be killed has come far enough for that. */
  private boolean hasBegun(Example example) {
    try {
      Optional<Path> stdout = stdoutOf(example);
      return example.stdout().isEmpty() || (stdout.isPresent() && Files.size(stdout.get()) > 0);
    } catch (IOException | UncheckedIOException e) {
      // Directories come and go while they are walked through.
      return false;
    }
  }

  private Optional<Path> stdoutOf(Example example) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(path -> path.endsWith(Path.of("executors", example.name(), "runs", "latest")))
          .map(latest -> latest.resolve("stdout"))
          .findFirst();
    }
  }
}
