package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.container.StartedContainer;
import io.meseta.common.ids.AgentId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that comes back finds its containers, and goes on with them. */
class ContainerAdoptionIT {

  @TempDir Path workDir;
  private DockerFixture docker;

  @BeforeAll
  static void engine() throws IOException, InterruptedException {
    TestEngine.ensure();
  }

  @BeforeEach
  void open() {
    docker = new DockerFixture(workDir);
  }

  @AfterEach
  void close() throws IOException, InterruptedException {
    docker.close();
  }

  @Test
  void findsItsOwnByLabelInEveryState() throws Exception {
    ContainerSpec running = docker.launch(TestTasks.shell("sleep 1000"));
    ContainerSpec ended = docker.launch(TestTasks.shell("exit 4"));
    StartedContainer started = docker.told().awaitStarted(running.container());
    docker.told().awaitExited(ended.container());
    docker.restart();

    docker.containerizer().observe(docker.agent);
    List<ObservedContainer> observed = observed();

    assertThat(observed).hasSize(2);
    ObservedContainer first = find(observed, running);
    assertThat(first.started()).contains(started);
    assertThat(first.exit()).isEmpty();
    ObservedContainer second = find(observed, ended);
    assertThat(second.started()).isEmpty();
    assertThat(second.exit().orElseThrow().exitCode()).hasValue(4);
  }

  @Test
  void anotherAgentsContainersAreNotItsOwn() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 1000"));
    docker.told().awaitStarted(spec.container());

    docker.containerizer().observe(new AgentId("nobody"));

    assertThat(observed()).isEmpty();
  }

  private List<ObservedContainer> observed() throws InterruptedException {
    return docker.told().await(RecordingListener.Observed.class, told -> true).containers();
  }

  private static ObservedContainer find(List<ObservedContainer> observed, ContainerSpec spec) {
    return observed.stream()
        .filter(each -> each.container().equals(spec.container()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void goesOnWithOneThatRuns() throws Exception {
    ContainerSpec spec =
        docker.launch(TestTasks.shell("trap 'exit 9' TERM; echo up; sleep 1000 & wait"));
    StartedContainer started = docker.told().awaitStarted(spec.container());
    docker.restart();

    docker.containerizer().adopt(spec);
    StartedContainer again = docker.told().awaitStarted(spec.container());
    docker.awaitOutput(spec, "up\n");
    docker.containerizer().kill(spec.container(), Duration.ofSeconds(60));

    assertThat(again).isEqualTo(started);
    assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(9);
    assertThat(docker.told().endsOf(spec.container())).hasSize(1);
  }

  @Test
  void oneThatEndedMeanwhileHasItsTrueExitCode() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 0.5; exit 6"));
    docker.told().awaitStarted(spec.container());
    docker.end();
    docker.docker("wait", DockerFixture.name(spec.container()));
    docker.resume();

    docker.containerizer().adopt(spec);

    assertThat(docker.told().awaitExited(spec.container()).exitCode()).hasValue(6);
  }

  @Test
  void oneThatSomebodyRemovedHasVanished() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 1000"));
    docker.told().awaitStarted(spec.container());
    docker.end();
    docker.docker("rm", "-f", DockerFixture.name(spec.container()));
    docker.resume();

    docker.containerizer().adopt(spec);

    assertThat(docker.told().awaitExited(spec.container()).exitCode()).isEmpty();
  }

  @Test
  void oneThatWasNeverStartedIsAFailedLaunch() throws Exception {
    ContainerSpec spec = docker.spec(TestTasks.shell("true"));
    docker.docker(
        "create",
        "--name",
        DockerFixture.name(spec.container()),
        "--label",
        Labels.AGENT + "=" + docker.agent,
        "--label",
        Labels.CONTAINER + "=" + spec.container(),
        TestEngine.IMAGE);

    docker.containerizer().adopt(spec);

    RecordingListener.Failed failed = docker.told().awaitFailed(spec.container());
    assertThat(failed.phase()).isEqualTo(ContainerPhase.STARTING);
    assertThat(docker.docker("ps", "-aq", "--filter", "name=" + spec.container())).isEmpty();
  }

  @Test
  void oneThatIsRemovedWhileItIsLookedAfterHasAnEnd() throws Exception {
    ContainerSpec spec = docker.launch(TestTasks.shell("sleep 1000"));
    docker.told().awaitStarted(spec.container());

    docker.docker("rm", "-f", DockerFixture.name(spec.container()));

    docker.told().awaitExited(spec.container());
    assertThat(docker.told().endsOf(spec.container())).hasSize(1);
  }
}
