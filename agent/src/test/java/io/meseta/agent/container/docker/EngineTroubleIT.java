package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that hangs, or is away, ends nothing; when it is back all goes on. */
class EngineTroubleIT {

  private static OwnEngine engine;

  @TempDir Path workDir;
  private DockerFixture docker;

  @BeforeAll
  static void startEngine() throws IOException, InterruptedException {
    TestEngine.ensure();
    engine = new OwnEngine(Files.createTempDirectory("eng"));
    engine.start();
  }

  @AfterAll
  static void stopEngine() throws IOException, InterruptedException {
    engine.delete();
  }

  @BeforeEach
  void open() {
    docker = new DockerFixture(engine.host(), workDir, DockerFixture.shortLimits());
  }

  private void openWithLongLaunches() throws IOException, InterruptedException {
    docker.close();
    DockerOptions.Limits limits = DockerFixture.shortLimits();
    docker =
        new DockerFixture(
            engine.host(),
            workDir,
            new DockerOptions.Limits(
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                limits.start(),
                limits.query(),
                limits.remove(),
                limits.listInterval(),
                limits.logStall()));
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    docker.close();
  }

  @Test
  void whileItHangsNothingIsLostAndAfterwardsAllIsTold() throws Exception {
    ContainerSpec running = docker.launch(TestTasks.shell("sleep 1000"));
    ContainerSpec toKill = docker.launch(TestTasks.shell("sleep 1000"));
    docker.told().awaitStarted(running.container());
    docker.told().awaitStarted(toKill.container());

    engine.freeze();
    try {
      awaitHealth(false);
      docker.containerizer().kill(toKill.container(), Duration.ZERO);
      ContainerSpec late = docker.launch(TestTasks.shell("sleep 1000"));
      // A launch has its own time limit, and fails by it.
      assertThat(docker.told().awaitFailed(late.container()).phase())
          .isIn(ContainerPhase.PREPARING, ContainerPhase.CREATING);
      assertThat(docker.told().endsOf(running.container())).isEmpty();
      assertThat(docker.told().endsOf(toKill.container())).isEmpty();
    } finally {
      engine.thaw();
    }

    assertThat(docker.told().awaitExited(toKill.container()).exitCode()).hasValue(137);
    docker.awaitContainers(Labels.AGENT, docker.agent.value(), 2);
    assertThat(docker.told().endsOf(running.container())).isEmpty();
    assertThat(docker.told().all(RecordingListener.Health.class).getLast().healthy()).isTrue();
  }

  @Test
  void whatEndedWhileItWasAwayIsToldWhenItIsBackAndLaunchesWait() throws Exception {
    openWithLongLaunches();
    ContainerSpec spec =
        docker.launch(TestTasks.shell("trap 'echo bye; exit 3' TERM; echo up; sleep 1000 & wait"));
    docker.told().awaitStarted(spec.container());
    docker.awaitOutput(spec, "up\n");

    engine.stop();
    awaitHealth(false);
    ContainerSpec next = docker.launch(TestTasks.shell("exit 0"));
    engine.start();

    docker.told().awaitExited(spec.container());
    assertThat(docker.told().endsOf(spec.container())).hasSize(1);
    assertThat(docker.file(spec, "stdout")).isEqualTo("up\nbye\n");
    assertThat(docker.told().awaitExited(next.container()).exitCode()).hasValue(0);
  }

  private void awaitHealth(boolean healthy) throws InterruptedException {
    docker.told().await(RecordingListener.Health.class, told -> told.healthy() == healthy);
  }
}
