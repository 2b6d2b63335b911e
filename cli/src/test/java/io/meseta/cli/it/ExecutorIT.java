package io.meseta.cli.it;

import static io.meseta.cli.it.ExecutorFramework.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.scheduler.Resources;
import io.meseta.testkit.ClusterAgent;
import io.meseta.testkit.MesetaCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Executors as real processes against a real master and agent, over the wire: one written with the
 * Java library, and one in Python without any. Both do the same things, so the same test is for
 * both.
 */
class ExecutorIT {

  private static final String EXECUTOR = "threads";

  @TempDir private Path data;

  /** The processes of executors: each stands behind a scripted container of the agent. */
  private static final class Processes implements AutoCloseable {
    private final ExecutorProgram program;
    private final ClusterAgent agent;
    private final List<Process> started = new CopyOnWriteArrayList<>();

    Processes(ExecutorProgram program, ClusterAgent agent) {
      this.program = program;
      this.agent = agent;
      agent.containers().script(this::launch);
    }

    private ContainerScript launch(ContainerSpec spec) {
      assertThat(spec.kind()).isEqualTo(ContainerSpec.Kind.EXECUTOR);
      try {
        ProcessBuilder builder = new ProcessBuilder(program.command()).inheritIO();
        builder.environment().putAll(spec.environment());
        Process process = builder.start();
        started.add(process);
        var unused =
            process
                .onExit()
                .thenAccept(over ->
                    agent.containers().exit(spec.task().getTaskId().getValue(), over.exitValue()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return ContainerScript.runs();
    }

    Process only() {
      assertThat(started).hasSize(1);
      return started.get(0);
    }

    @Override
    public void close() {
      started.forEach(Process::destroyForcibly);
    }
  }

  private static ExecutorInfo executor() {
    return ExecutorInfo.newBuilder()
        .setType(ExecutorInfo.Type.CUSTOM)
        .setExecutorId(ExecutorID.newBuilder().setValue(EXECUTOR))
        .setCommand(CommandInfo.newBuilder().setValue("as the test has it"))
        .addResources(Resources.scalar("cpus", 0.1))
        .addResources(Resources.scalar("mem", 32))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void anExecutorLivesItsWholeLife(ExecutorProgram program) throws Exception {
    try (MesetaCluster cluster = MesetaCluster.builder().dataDirectory(data).start()) {
      cluster.awaitReady(ExecutorFramework.LIMIT);
      ClusterAgent agent = cluster.agents().get(0);
      try (Processes processes = new Processes(program, agent);
          ExecutorFramework framework = ExecutorFramework.connect(cluster.zk())) {
        AgentID on =
            framework.launch(
                executor(), task("short", "sleep 50"), task("bad", "fail"), task("long", "wait"));

        framework.awaitState(TaskState.TASK_FINISHED, "short");
        framework.awaitState(TaskState.TASK_FAILED, "bad");
        framework.awaitState(TaskState.TASK_RUNNING, "long");
        assertThat(framework.statesOf("short"))
            .containsExactly(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        Process process = processes.only();

        messagesGoBothWays(framework, on);
        killedByOrder(framework);
        groupIsLaunched(framework);
        survivesTheRestartOfItsAgent(framework, agent, process);
        endsWhenItIsToldTo(framework, on, process);
      }
    }
  }

  private static void messagesGoBothWays(ExecutorFramework framework, AgentID agent)
      throws Exception {
    framework.message(executor(), agent, "hello");

    assertThat(framework.awaitMessage()).isEqualTo("threads: echo hello");
  }

  private static void killedByOrder(ExecutorFramework framework) {
    framework.kill("long");

    framework.awaitState(TaskState.TASK_KILLED, "long");
  }

  private static void groupIsLaunched(ExecutorFramework framework) throws Exception {
    framework.launchGroup(executor(), task("one", "sleep 50"), task("two", "wait"));

    framework.awaitState(TaskState.TASK_FINISHED, "one");
    framework.awaitState(TaskState.TASK_RUNNING, "two");
  }

  /** What happens while the agent is away is told when it is back; nothing is run twice. */
  private static void survivesTheRestartOfItsAgent(
      ExecutorFramework framework, ClusterAgent agent, Process process) throws Exception {
    framework.launch(executor(), task("meanwhile", "sleep 1000"));
    framework.awaitState(TaskState.TASK_RUNNING, "meanwhile");

    agent.stop();
    assertThat(
            process
                .onExit()
                .thenApply(over -> false)
                .completeOnTimeout(true, 1500, TimeUnit.MILLISECONDS)
                .get())
        .as("the executor lives on without its agent")
        .isTrue();
    agent.start();

    framework.awaitState(TaskState.TASK_FINISHED, "meanwhile");
    assertThat(framework.statesOf("two")).containsExactly(TaskState.TASK_RUNNING);
  }

  private static void endsWhenItIsToldTo(
      ExecutorFramework framework, AgentID agent, Process process) {
    framework.shutDown(executor(), agent);

    framework.awaitState(TaskState.TASK_KILLED, "two");
    assertThat(framework.awaitExit(executor())).isZero();
    assertThat(process.isAlive()).isFalse();
    for (String task : List.of("short", "bad", "long", "one", "two", "meanwhile")) {
      assertThat(framework.statesOf(task))
          .as(task)
          .doesNotContain(TaskState.TASK_LOST, TaskState.TASK_GONE);
    }
  }
}
