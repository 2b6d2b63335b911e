package io.meseta.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.scripted.ContainerScript;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.Resources;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.testkit.ClusterAgent;
import io.meseta.testkit.MesetaCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
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

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String EXECUTOR = "threads";

  @TempDir private Path data;

  /** The same executor twice. */
  enum Language {
    JAVA {
      @Override
      List<String> command() {
        return List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "io.meseta.examples.ThreadsExecutor");
      }
    },
    PYTHON {
      @Override
      List<String> command() {
        return List.of("python3", "../examples/src/main/python/threads_executor.py");
      }
    };

    abstract List<String> command();
  }

  /** The processes of executors: each stands behind a scripted container of the agent. */
  private static final class Processes implements AutoCloseable {
    private final Language language;
    private final ClusterAgent agent;
    private final List<Process> started = new CopyOnWriteArrayList<>();

    Processes(Language language, ClusterAgent agent) {
      this.language = language;
      this.agent = agent;
      agent.containers().script(this::launch);
    }

    private ContainerScript launch(ContainerSpec spec) {
      assertThat(spec.kind()).isEqualTo(ContainerSpec.Kind.EXECUTOR);
      ProcessBuilder builder = new ProcessBuilder(language.command()).inheritIO();
      builder.environment().putAll(spec.environment());
      try {
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

  /** What the framework is told. */
  private static final class Listener implements Scheduler {
    private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
    private final List<TaskStatus> updates = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final Map<String, Integer> exits = new ConcurrentHashMap<>();

    @Override
    public void subscribed(SchedulerDriver driver, FrameworkID id, MasterInfo master) {}

    @Override
    public void offers(SchedulerDriver driver, List<Offer> offered) {
      offers.addAll(offered);
    }

    @Override
    public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
      updates.add(status);
    }

    @Override
    public void message(
        SchedulerDriver driver, ExecutorID executor, AgentID agent, byte[] message) {
      messages.add(executor.getValue() + ": " + new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void executorExited(
        SchedulerDriver driver, ExecutorID executor, AgentID agent, int status) {
      exits.put(executor.getValue(), status);
    }

    @Override
    public void error(SchedulerDriver driver, String message) {
      throw new AssertionError(message);
    }

    Offer offer() throws InterruptedException {
      Offer offer = offers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (offer == null) {
        throw new AssertionError("no offer");
      }
      return offer;
    }

    /** The states of a task, each once, in the order in which they were told first. */
    List<TaskState> states(String task) {
      return updates.stream()
          .filter(status -> status.getTaskId().getValue().equals(task))
          .filter(status -> status.getReason() != TaskStatus.Reason.REASON_RECONCILIATION)
          .map(TaskStatus::getState)
          .distinct()
          .toList();
    }

    void await(String task, TaskState state) {
      org.awaitility.Awaitility.await(task + " is " + state)
          .atMost(LIMIT)
          .until(() -> states(task).contains(state));
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

  private static TaskInfo task(String id, String what, Offer on) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(TaskID.newBuilder().setValue(id))
        .setAgentId(on.getAgentId())
        .addResources(Resources.scalar("cpus", 0.1))
        .addResources(Resources.scalar("mem", 32))
        .setData(ByteString.copyFromUtf8(what))
        .build();
  }

  private static Offer.Operation launch(TaskInfo... tasks) {
    Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
    for (TaskInfo task : tasks) {
      launch.addTaskInfos(task.toBuilder().setExecutor(executor()));
    }
    return Offer.Operation.newBuilder()
        .setType(Offer.Operation.Type.LAUNCH)
        .setLaunch(launch)
        .build();
  }

  private static Offer.Operation launchGroup(TaskInfo... tasks) {
    return Offer.Operation.newBuilder()
        .setType(Offer.Operation.Type.LAUNCH_GROUP)
        .setLaunchGroup(
            Offer.Operation.LaunchGroup.newBuilder()
                .setExecutor(executor())
                .setTaskGroup(TaskGroupInfo.newBuilder().addAllTasks(List.of(tasks))))
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void anExecutorLivesItsWholeLife(Language language) throws Exception {
    Listener framework = new Listener();
    try (MesetaCluster cluster = MesetaCluster.builder().dataDirectory(data).start()) {
      cluster.awaitReady(LIMIT);
      ClusterAgent agent = cluster.agents().get(0);
      try (Processes processes = new Processes(language, agent);
          SchedulerDriver driver =
              SchedulerDriver.builder(Frameworks.named("executors").build(), framework)
                  .master(cluster.zk())
                  .build()
                  .start()) {
        Offer first = framework.offer();
        driver.accept(
            List.of(first.getId()),
            List.of(
                launch(
                    task("short", "sleep 50", first),
                    task("bad", "fail", first),
                    task("long", "wait", first))),
            Filters.getDefaultInstance());

        framework.await("short", TaskState.TASK_FINISHED);
        framework.await("bad", TaskState.TASK_FAILED);
        framework.await("long", TaskState.TASK_RUNNING);
        assertThat(framework.states("short"))
            .containsExactly(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        Process process = processes.only();

        messagesGoBothWays(framework, driver, first.getAgentId());
        killedByOrder(framework, driver);
        groupIsLaunched(framework, driver);
        survivesTheRestartOfItsAgent(framework, driver, agent, process);
        endsWhenItIsToldTo(framework, driver, first.getAgentId(), process);
      }
    }
  }

  private static void messagesGoBothWays(Listener framework, SchedulerDriver driver, AgentID agent)
      throws Exception {
    driver.message(
        ExecutorID.newBuilder().setValue(EXECUTOR).build(),
        agent,
        "hello".getBytes(StandardCharsets.UTF_8));

    assertThat(framework.messages.poll(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isEqualTo("threads: echo hello");
  }

  private static void killedByOrder(Listener framework, SchedulerDriver driver) {
    driver.kill(TaskID.newBuilder().setValue("long").build());

    framework.await("long", TaskState.TASK_KILLED);
  }

  private static void groupIsLaunched(Listener framework, SchedulerDriver driver) throws Exception {
    Offer next = framework.offer();
    driver.accept(
        List.of(next.getId()),
        List.of(launchGroup(task("one", "sleep 50", next), task("two", "wait", next))),
        Filters.getDefaultInstance());

    framework.await("one", TaskState.TASK_FINISHED);
    framework.await("two", TaskState.TASK_RUNNING);
  }

  /** What happens while the agent is away is told when it is back; nothing is run twice. */
  private static void survivesTheRestartOfItsAgent(
      Listener framework, SchedulerDriver driver, ClusterAgent agent, Process process)
      throws Exception {
    Offer next = framework.offer();
    driver.accept(
        List.of(next.getId()),
        List.of(launch(task("meanwhile", "sleep 1000", next))),
        Filters.getDefaultInstance());
    framework.await("meanwhile", TaskState.TASK_RUNNING);

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

    framework.await("meanwhile", TaskState.TASK_FINISHED);
    assertThat(framework.states("two")).containsExactly(TaskState.TASK_RUNNING);
  }

  private static void endsWhenItIsToldTo(
      Listener framework, SchedulerDriver driver, AgentID agent, Process process) {
    driver.shutdownExecutor(ExecutorID.newBuilder().setValue(EXECUTOR).build(), agent);

    framework.await("two", TaskState.TASK_KILLED);
    await("its exit is told").atMost(LIMIT).until(() -> framework.exits.containsKey(EXECUTOR));
    assertThat(process.isAlive()).isFalse();
    assertThat(framework.exits).containsEntry(EXECUTOR, 0);
    List<TaskState> ends = new ArrayList<>();
    framework.updates.stream()
        .map(TaskStatus::getState)
        .filter(state -> state == TaskState.TASK_LOST || state == TaskState.TASK_GONE)
        .forEach(ends::add);
    assertThat(ends).isEmpty();
  }
}
