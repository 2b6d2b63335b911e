package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Every start of a container of any agent, as the engine's event stream tells it. */
final class ContainerStarts implements AutoCloseable {

  private static final Duration TOLD = Duration.ofSeconds(60);

  private final EngineEvents events;

  private ContainerStarts(EngineEvents events) {
    this.events = events;
  }

  /** Follows from this moment on. */
  static ContainerStarts follow(String test) throws IOException {
    return new ContainerStarts(
        EngineEvents.follow(
            Cluster.logs(test).resolve("starts"),
            List.of("start"),
            "{{index .Actor.Attributes \"io.meseta.task\"}}"));
  }

  /** The task of each start, once per start. */
  List<String> tasks() throws IOException {
    return events.lines();
  }

  /** Checks how often a task's container was started; a start may be told a moment late. */
  void assertStarts(String task, int count) throws Exception {
    await("the start of " + task + " is told").atMost(TOLD).until(() -> of(task) >= count);
    assertThat(of(task)).as("starts of %s", task).isEqualTo(count);
  }

  private long of(String task) throws IOException {
    return tasks().stream().filter(task::equals).count();
  }

  @Override
  public void close() {
    events.close();
  }
}
