package io.meseta.agent.container.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.container.cgroup.Cgroup;
import io.meseta.agent.container.cgroup.Cgroups;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent finds that comes back. */
class ProcessAdoptionIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path workDir;
  private Processes processes;

  @BeforeEach
  void open() {
    processes = new Processes(workDir).start();
  }

  @AfterEach
  void close() throws IOException {
    processes.close();
  }

  @Test
  void whatRunsGoesOnAndItsEndIsTold() throws Exception {
    ContainerSpec spec =
        processes.launch(Processes.shell("until [ -f go ]; do sleep 0.05; done; exit 5"));
    int pid = processes.told().awaitPid(spec.container());

    processes.restart();
    assertThat(observe(spec).started().orElseThrow().pid()).hasValue(pid);
    processes.containerizer().adopt(spec);
    assertThat(processes.told().awaitPid(spec.container())).isEqualTo(pid);
    Files.createFile(processes.sandbox(spec).resolve("go"));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(5);
  }

  @Test
  void whatAnAgentStoppedAndDidNotLetGoOnGoesOnAgain() throws Exception {
    ContainerSpec spec =
        processes.launch(Processes.shell("until [ -f go ]; do sleep 0.05; done; exit 5"));
    processes.told().awaitStarted(spec.container());
    Cgroup cgroup = Cgroups.find(processes.root()).of(spec.container().value()).orElseThrow();
    assertThat(cgroup.freeze()).isTrue();

    processes.restart();
    Files.createFile(processes.sandbox(spec).resolve("go"));
    assertThat(observe(spec).started()).isPresent();
    processes.containerizer().adopt(spec);

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(5);
  }

  @Test
  void whatEndedMeanwhileIsToldWithItsTrueExitCode() throws Exception {
    List<ContainerSpec> specs = new ArrayList<>();
    for (int code = 0; code < 10; code++) {
      specs.add(
          processes.launch(
              Processes.shell("until [ -f go ]; do sleep 0.05; done; exit " + (10 * code))));
    }
    for (ContainerSpec spec : specs) {
      processes.told().awaitStarted(spec.container());
    }

    processes.restart();
    for (ContainerSpec spec : specs) {
      Files.createFile(processes.sandbox(spec).resolve("go"));
    }
    for (ContainerSpec spec : specs) {
      await().atMost(LIMIT).until(() -> observe(spec).exit().isPresent());
    }

    for (int code = 0; code < 10; code++) {
      ContainerSpec spec = specs.get(code);
      processes.containerizer().adopt(spec);
      ContainerExit exit = processes.told().awaitExited(spec.container());
      assertThat(exit.exitCode()).hasValue(10 * code);
      assertThat(processes.told().all(RecordingListener.Started.class))
          .noneMatch(news -> news.container().equals(spec.container()));
    }
  }

  @Test
  void anAdoptedOneIsKilledWithAllThatItStarted() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell(
                "trap '' TERM; setsid sleep 1000 & touch deaf; while :; do sleep 1; done"));
    processes.told().awaitStarted(spec.container());
    await().atMost(LIMIT).until(() -> Files.exists(processes.sandbox(spec).resolve("deaf")));

    processes.restart();
    processes.containerizer().adopt(spec);
    processes.told().awaitStarted(spec.container());
    processes.containerizer().kill(spec.container(), Duration.ofMillis(100));

    assertThat(processes.told().awaitExited(spec.container()).exitCode()).hasValue(137);
    assertThat(processes.leftovers(spec.container())).hasSize(1);
  }

  @Test
  void memoryThatRanOutMeanwhileIsTold() throws Exception {
    ContainerSpec spec =
        processes.launch(
            Processes.shell("until [ -f go ]; do sleep 0.05; done; exec tail /dev/zero"));
    processes.told().awaitStarted(spec.container());

    processes.restart();
    Files.createFile(processes.sandbox(spec).resolve("go"));
    await().atMost(LIMIT).until(() -> observe(spec).exit().isPresent());
    processes.containerizer().adopt(spec);

    assertThat(processes.told().awaitExited(spec.container()).outOfMemory()).isTrue();
  }

  @Test
  void anOrphanIsRemovedByItsIdAlone() throws Exception {
    ContainerSpec spec = processes.launch(Processes.shell("setsid sleep 1000 & exec sleep 1000"));
    processes.told().awaitStarted(spec.container());

    processes.restart();

    processes.removed(spec.container());
  }

  @Test
  void afterARestartOfTheMachineNothingRunsAndWhatIsKnownIsTold() throws Exception {
    ContainerSpec ended = processes.launch(Processes.shell("exit 6"));
    processes.told().awaitExited(ended.container());
    ContainerSpec running = processes.launch(Processes.shell("exec sleep 1000"));
    int pid = processes.told().awaitPid(running.container());
    processes.restart();
    // A process of the same number runs now, and has nothing to do with it.
    rewriteState(ended.container());
    rewriteState(running.container());

    assertThat(observe(running).started()).isEmpty();
    processes.containerizer().adopt(ended);
    processes.containerizer().adopt(running);

    assertThat(processes.told().awaitExited(ended.container()).exitCode()).hasValue(6);
    ContainerExit gone = processes.told().awaitExited(running.container());
    assertThat(gone.exitCode()).isEmpty();
    assertThat(gone.detail()).contains("machine was started again");
    assertThat(ProcessId.of(pid)).as("who is not known to be ours is not killed").isPresent();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await().atMost(LIMIT).until(() -> ProcessId.of(pid).isEmpty());
  }

  private void rewriteState(ContainerId container) throws IOException {
    Path file = workDir.resolve("processes/state").resolve(container.value());
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst("boot .*", "boot another"));
  }

  @Test
  void whoseSupervisorWasKilledIsWatchedAndItsExitCodeNotInvented() throws Exception {
    processes.close();
    processes = lookingOften(new Processes(workDir)).start();
    ContainerSpec spec =
        processes.launch(Processes.shell("until [ -f go ]; do sleep 0.05; done; exit 5"));
    processes.told().awaitStarted(spec.container());
    RunState state = new RunFiles(workDir).read(spec.container()).orElseThrow();
    ProcessHandle.of(state.supervisor().orElseThrow().pid()).orElseThrow().destroyForcibly();
    await().atMost(LIMIT).until(() -> !state.supervisor().orElseThrow().isAlive());

    Files.createFile(processes.sandbox(spec).resolve("go"));

    ContainerExit exit = processes.told().awaitExited(spec.container());
    assertThat(exit.exitCode()).isEmpty();
    assertThat(exit.detail()).contains("was killed");
  }

  /** What nobody tells of is found by looking, in production once in twenty seconds. */
  private static Processes lookingOften(Processes processes) {
    ProcessOptions options = processes.options();
    return processes.with(
        new ProcessOptions(
            options.workDir(),
            options.agentIp(),
            options.cgroupsRoot(),
            options.maxProcesses(),
            options.switchUser(),
            options.logs(),
            new ProcessOptions.Limits(options.limits().start(), Duration.ofMillis(50))));
  }

  @Test
  void aLaunchThatWasNotBegunIsNotBegunLater() throws Exception {
    ContainerSpec spec = Processes.spec(Processes.shell("touch began"));
    RunFiles files = new RunFiles(workDir);
    files.begin(spec.container(), RunState.header("whatever", ""));
    files.writeStart(
        spec.container(), "run() { echo; }\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    processes.restart();
    ObservedContainer observed = observe(spec);

    assertThat(observed.started()).isEmpty();
    assertThat(observed.exit()).isEmpty();
    assertThat(workDir.resolve("processes/start").resolve(spec.container().value())).doesNotExist();
    processes.removed(spec.container());
  }

  @Test
  void theLauncherIsStartedAgainWhenItHasEnded() throws Exception {
    ContainerSpec first = processes.launch(Processes.shell("exec sleep 1000"));
    processes.told().awaitStarted(first.container());
    ProcessHandle launcher =
        ProcessHandle.current()
            .children()
            .filter(child ->
                child.info().commandLine().orElse("").contains(workDir + "/processes/launcher.sh"))
            .findFirst()
            .orElseThrow();
    launcher.destroyForcibly();
    await().atMost(LIMIT).until(() -> !launcher.isAlive());

    ContainerSpec second = processes.launch(Processes.shell("exit 3"));

    assertThat(processes.told().awaitExited(second.container()).exitCode()).hasValue(3);
    processes.containerizer().kill(first.container(), Duration.ZERO);
    assertThat(processes.told().awaitExited(first.container()).exitCode()).hasValue(137);
  }

  private ObservedContainer observe(ContainerSpec spec) throws InterruptedException {
    int before = processes.told().all(RecordingListener.Observed.class).size();
    processes.containerizer().observe(Processes.AGENT);
    await()
        .atMost(LIMIT)
        .until(() -> processes.told().all(RecordingListener.Observed.class).size() > before);
    return processes.told().all(RecordingListener.Observed.class).getLast().containers().stream()
        .filter(one -> one.container().equals(spec.container()))
        .findFirst()
        .orElseThrow();
  }
}
