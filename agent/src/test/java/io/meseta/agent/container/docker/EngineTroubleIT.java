package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An engine that hangs, or is away, ends nothing; when it is back all goes on. */
class EngineTroubleIT {

  @RegisterExtension static final OwnEngineFixture OWN = new OwnEngineFixture();

  @TempDir Path workDir;

  @Test
  void whileItHangsNothingIsLostAndAfterwardsAllIsTold() throws Exception {
    DockerFixture docker = OWN.open(workDir, DockerFixture.shortLimits());
    ContainerSpec running = docker.launch(TestTasks.shell("sleep 1000"));
    ContainerSpec toKill = docker.launch(TestTasks.shell("sleep 1000"));
    docker.told().awaitStarted(running.container());
    docker.told().awaitStarted(toKill.container());

    OWN.engine().freeze();
    try {
      awaitHealth(docker, false);
      docker.containerizer().kill(toKill.container(), Duration.ZERO);
      ContainerSpec late = docker.launch(TestTasks.shell("sleep 1000"));
      // A launch has its own time limit, and fails by it.
      assertThat(docker.told().awaitFailed(late.container()).phase())
          .isIn(ContainerPhase.PREPARING, ContainerPhase.CREATING);
      assertThat(docker.told().endsOf(running.container())).isEmpty();
      assertThat(docker.told().endsOf(toKill.container())).isEmpty();
    } finally {
      OWN.engine().thaw();
    }

    assertThat(docker.told().awaitExited(toKill.container()).exitCode()).hasValue(137);
    docker.awaitContainers(Labels.AGENT, docker.agent.value(), 2);
    assertThat(docker.told().endsOf(running.container())).isEmpty();
    assertThat(docker.told().all(RecordingListener.Health.class).getLast().healthy()).isTrue();
  }

  @Test
  void whatEndedWhileItWasAwayIsToldWhenItIsBackAndLaunchesWait() throws Exception {
    DockerFixture docker = OWN.open(workDir, DockerFixture.patientLimits(Duration.ofMinutes(2)));
    ContainerSpec spec =
        docker.launch(TestTasks.shell("trap 'echo bye; exit 3' TERM; echo up; sleep 1000 & wait"));
    docker.told().awaitStarted(spec.container());
    docker.awaitOutput(spec, "up\n");

    OWN.engine().stop();
    awaitHealth(docker, false);
    ContainerSpec next = docker.launch(TestTasks.shell("exit 0"));
    OWN.engine().start();

    docker.told().awaitExited(spec.container());
    assertThat(docker.told().endsOf(spec.container())).hasSize(1);
    assertThat(docker.file(spec, "stdout")).isEqualTo("up\nbye\n");
    assertThat(docker.told().awaitExited(next.container()).exitCode()).hasValue(0);
  }

  private static void awaitHealth(DockerFixture docker, boolean healthy)
      throws InterruptedException {
    docker.told().await(RecordingListener.Health.class, told -> told.healthy() == healthy);
  }
}
