package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.Agent;
import io.meseta.agent.AgentOptions;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RecordingListener;
import io.meseta.agent.container.process.ProcessContainerizer;
import io.meseta.agent.container.process.ProcessOptions;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.journal.Journal;
import io.meseta.agent.journal.JournalChange;
import io.meseta.agent.journal.SqliteJournal;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent with both containerizers comes back while its Docker engine is away: its processes do
 * not wait for that.
 */
class RecoveryWithoutEngineIT {

  @RegisterExtension static final OwnEngineFixture OWN = new OwnEngineFixture();

  @TempDir Path workDir;
  private DockerFixture docker;
  private ContainerSpec image;
  private ContainerSpec plain;

  /** What an agent leaves that is killed while two tasks run. */
  @BeforeEach
  void anAgentWasHere() throws Exception {
    docker = OWN.open(workDir, DockerFixture.shortLimits());
    image = spec("image", TestTasks.shell("trap 'exit 3' TERM; echo up; sleep 1000 & wait"));
    docker.containerizer().launch(image);
    String command = "until [ -f " + workDir + "/go ]; do sleep 0.05; done; exit 7";
    plain = spec("plain", TestTasks.shell(command).clearContainer());
    RecordingListener listener = new RecordingListener();
    try (ProcessContainerizer processes =
        new ProcessContainerizer(
            ProcessOptions.defaults(workDir, "127.0.0.1"), Fetcher.refusing())) {
      processes.start(listener);
      processes.launch(plain);
      listener.awaitStarted(plain.container());
    }
    docker.told().awaitStarted(image.container());
    docker.awaitOutput(image, "up\n");
    docker.end();
    writeJournal(image, plain);
  }

  @Test
  void theExitCodeOfAProcessIsToldAtOnceAndTheEnginesWhenItIsBack() throws Exception {
    OWN.engine().stop();
    try (Agent agent = start()) {
      theProcessIsSettled(agent);
      assertThat(task(agent, image).state()).isEqualTo(TaskState.TASK_RUNNING);

      OWN.engine().start();

      awaitState(agent, image, TaskState.TASK_FAILED);
      assertThat(task(agent, image).latest().orElseThrow().getMessage()).contains("status 3");
      await("all is well").atMost(DockerFixture.LIMIT).until(() -> !agent.view().degraded());
    }
  }

  @Test
  void whatRunsOnUnderAnEngineThatHangsIsAdoptedWhenItAnswers() throws Exception {
    OWN.engine().freeze();
    try (Agent agent = start()) {
      try {
        theProcessIsSettled(agent);
        assertThat(task(agent, image).state()).isEqualTo(TaskState.TASK_RUNNING);
      } finally {
        OWN.engine().thaw();
      }

      await("all is well").atMost(DockerFixture.LIMIT).until(() -> !agent.view().degraded());
      docker.docker("kill", DockerFixture.name(image.container()));

      awaitState(agent, image, TaskState.TASK_FAILED);
      assertThat(task(agent, image).latest().orElseThrow().getMessage()).contains("status 137");
    }
  }

  private void theProcessIsSettled(Agent agent) throws Exception {
    await("the journal has been read").until(() -> agent.view().tasks().size() == 2);
    assertThat(task(agent, plain).state()).isEqualTo(TaskState.TASK_RUNNING);
    Files.createFile(workDir.resolve("go"));
    awaitState(agent, plain, TaskState.TASK_FAILED);
    assertThat(task(agent, plain).latest().orElseThrow().getMessage()).contains("status 7");
    await("the agent says that its engine is away")
        .atMost(DockerFixture.LIMIT)
        .until(() -> agent.view().engineFailure().isPresent());
  }

  private Agent start() throws Exception {
    return Agent.start(
        new AgentOptions()
            .master("127.0.0.1:1")
            .ip("127.0.0.1")
            .port(0)
            .workDir(workDir)
            .resources("cpus:4;mem:1024;disk:1024")
            .dockerHost(OWN.engine().host()));
  }

  private static TaskView task(Agent agent, ContainerSpec spec) {
    return agent.view().tasks().stream()
        .filter(view -> view.container().equals(spec.container()))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitState(Agent agent, ContainerSpec spec, TaskState state) {
    await(spec.task().getTaskId().getValue() + " is " + state)
        .atMost(DockerFixture.LIMIT)
        .until(() -> task(agent, spec).state() == state);
  }

  /** As an agent makes it of a task. */
  private ContainerSpec spec(String task, TaskInfo.Builder info) {
    return ContainerSpec.ofTask(
        new ContainerId(UUID.randomUUID().toString()),
        docker.agent,
        TestTasks.FRAMEWORK,
        new ExecutorId(task),
        "root",
        info.setTaskId(TaskID.newBuilder().setValue(task)).build());
  }

  private void writeJournal(ContainerSpec... specs) throws Exception {
    List<JournalChange> changes = new ArrayList<>();
    changes.add(
        new JournalChange.PutAgent(
            AgentRecord.newBuilder()
                .setInfo(
                    AgentInfo.newBuilder().setHostname("127.0.0.1").setId(docker.agent.toProto()))
                .build()));
    changes.add(
        new JournalChange.PutFramework(
            FrameworkRecord.newBuilder()
                .setInfo(
                    FrameworkInfo.newBuilder()
                        .setUser("root")
                        .setName("test")
                        .setId(TestTasks.FRAMEWORK.toProto()))
                .build()));
    for (ContainerSpec spec : specs) {
      changes.add(
          new JournalChange.PutTask(
              TaskRecord.newBuilder()
                  .setFrameworkId(spec.framework().toProto())
                  .setTask(spec.task())
                  .setContainerId(spec.container().toProto())
                  .setState(TaskState.TASK_RUNNING)
                  .setLatest(
                      TaskStatus.newBuilder()
                          .setTaskId(spec.task().getTaskId())
                          .setState(TaskState.TASK_RUNNING))
                  .build()));
    }
    CompletableFuture<Long> written = new CompletableFuture<>();
    try (SqliteJournal journal = SqliteJournal.open(SqliteJournal.Options.in(workDir))) {
      journal.recover();
      journal.start(
          new Journal.Listener() {
            @Override
            public void written(long sequence) {
              written.complete(sequence);
            }

            @Override
            public void failed(long sequence, String reason) {
              written.completeExceptionally(new AssertionError(reason));
            }

            @Override
            public void broken(String reason) {
              written.completeExceptionally(new AssertionError(reason));
            }
          });
      journal.write(1, changes);
    }
    assertThat(written).succeedsWithin(DockerFixture.LIMIT);
  }
}
