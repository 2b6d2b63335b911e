package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.container.RecordingListener.Exited;
import io.meseta.agent.container.RecordingListener.Failed;
import io.meseta.agent.container.RecordingListener.Health;
import io.meseta.agent.container.RecordingListener.Told;
import io.meseta.agent.container.process.ProcessContainerizer;
import io.meseta.agent.container.process.ProcessOptions;
import io.meseta.agent.fetch.Fetcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that is stopped amid launches, and started again after a while: each task has one end,
 * and nothing is left. With {@code -Dmeseta.outage.seconds=60} as long as production's limits.
 */
class EngineOutageIT {

  private static final Logger log = LoggerFactory.getLogger(EngineOutageIT.class);
  private static final Duration OUTAGE =
      Duration.ofSeconds(Long.getLong("meseta.outage.seconds", 8));
  private static final int TASKS = 24;

  @RegisterExtension static final OwnEngineFixture OWN = new OwnEngineFixture();

  @TempDir Path workDir;
  private DockerFixture docker;

  @BeforeEach
  void open() {
    // Long enough for launches to wait out the outage.
    docker = OWN.open(workDir, DockerFixture.patientLimits(OUTAGE.multipliedBy(3)));
  }

  @Test
  void launchesAreOverOrGoOnWhenTheEngineIsBack() throws Exception {
    List<ContainerSpec> specs = launchThroughAnOutage();

    for (ContainerSpec spec : specs) {
      awaitEnd(spec);
    }
    for (ContainerSpec spec : specs) {
      List<Told> ends = docker.told().endsOf(spec.container());
      assertThat(ends).hasSize(1);
      assertThat(isAsItShouldBe(ends.getFirst())).as("%s", ends).isTrue();
    }
    tell(specs);
    // Those that came during the outage waited for its end.
    for (ContainerSpec spec : specs.subList(2 * TASKS / 3, TASKS)) {
      assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(0);
    }
    assertThat(docker.told().all(Health.class)).extracting(Health::healthy).contains(false);
    assertThat(docker.told().all(Health.class).getLast().healthy()).isTrue();
    for (ContainerSpec spec : specs) {
      docker.containerizer().remove(spec.container());
    }
    docker.awaitContainers(Labels.AGENT, docker.agent.value(), 0);
  }

  /** Some run, some are being launched and some come later, while the engine is stopped. */
  private List<ContainerSpec> launchThroughAnOutage() throws Exception {
    List<ContainerSpec> specs = new ArrayList<>();
    for (int i = 0; i < TASKS / 3; i++) {
      specs.add(docker.launch(TestTasks.shell("exec sleep 1")));
    }
    for (ContainerSpec spec : specs) {
      docker.told().awaitStarted(spec.container());
    }
    for (int i = 0; i < TASKS / 3; i++) {
      specs.add(docker.launch(TestTasks.shell("true")));
    }
    OWN.engine().stop();
    long stopped = System.nanoTime();
    docker.told().await(Health.class, told -> !told.healthy());
    for (int i = 0; i < TASKS / 3; i++) {
      specs.add(docker.launch(TestTasks.shell("true")));
    }
    runProcesses();
    assertThat(docker.told().all(Health.class).getLast().healthy()).isFalse();
    await("the outage is over")
        .atMost(OUTAGE.plusMinutes(1))
        .until(() -> System.nanoTime() - stopped >= OUTAGE.toNanos());
    OWN.engine().start();
    return specs;
  }

  /** To plain processes it is none of their business. */
  private void runProcesses() throws Exception {
    RecordingListener told = new RecordingListener();
    try (ProcessContainerizer processes =
        new ProcessContainerizer(
            ProcessOptions.defaults(workDir, "127.0.0.1"), Fetcher.refusing())) {
      processes.start(told);
      List<ContainerSpec> specs = new ArrayList<>();
      for (int code = 0; code < TASKS / 3; code++) {
        ContainerSpec spec =
            TestTasks.spec(
                UUID.randomUUID().toString(), TestTasks.shell("exit " + code).clearContainer());
        specs.add(spec);
        processes.launch(spec);
      }
      for (int code = 0; code < specs.size(); code++) {
        assertThat(told.awaitExited(specs.get(code).container()).exitCode()).hasValue(code);
      }
      log.info("during the outage: {}", told.all(Exited.class));
    }
  }

  private void awaitEnd(ContainerSpec spec) {
    await("the end of " + spec.container())
        .atMost(OUTAGE.multipliedBy(4).plusMinutes(2))
        .until(() -> !docker.told().endsOf(spec.container()).isEmpty());
  }

  /** What ran was ended with its engine, or by itself; what did not run says why. */
  private static boolean isAsItShouldBe(Told end) {
    return switch (end) {
      case Exited exited -> exited.exit().fault().isEmpty();
      case Failed failed -> !failed.reason().isBlank();
      default -> false;
    };
  }

  private void tell(List<ContainerSpec> specs) {
    for (ContainerSpec spec : specs) {
      log.info("after {} s: {}", OUTAGE.toSeconds(), docker.told().endsOf(spec.container()));
    }
  }
}
