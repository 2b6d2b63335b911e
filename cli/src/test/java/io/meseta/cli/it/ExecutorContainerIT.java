package io.meseta.cli.it;

import static io.meseta.api.v1.TaskState.TASK_DROPPED;
import static io.meseta.api.v1.TaskState.TASK_FAILED;
import static io.meseta.api.v1.TaskState.TASK_FINISHED;
import static io.meseta.api.v1.TaskState.TASK_KILLED;
import static io.meseta.api.v1.TaskState.TASK_RUNNING;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY;
import static io.meseta.api.v1.TaskStatus.Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT;
import static io.meseta.cli.it.ExecutorFramework.LIMIT;
import static io.meseta.cli.it.ExecutorFramework.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.scheduler.Resources;
import io.meseta.scheduler.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Executors in containers as the agent makes them, processes and Docker's, under limits of the
 * kernel; written with the Java library, and in Python without any.
 */
class ExecutorContainerIT {

  private static final String AGENT = "agent-0";
  private static final int FORKS = 30;
  private static final int CRASHES = 3;
  private static final int RACING = 5;
  private static final long MEBI = 1L << 20;

  @TempDir private static Path data;
  private static Cluster cluster;
  private static String run;

  private ExecutorFramework framework;

  @BeforeAll
  static void start() throws Exception {
    Docker.ensure();
    run = Scene.newPrefix();
    cluster =
        Cluster.start(
            "executor-containers",
            data,
            1,
            1,
            new Cluster.Options(
                List.of("--allocation_interval=100ms"),
                List.of(
                    "--containerizers=docker,process",
                    "--cgroups_root=meseta-it-" + run.replace("-", ""),
                    "--executor_registration_timeout=15secs"),
                Optional.empty()));
  }

  @AfterAll
  static void end() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void connect() {
    framework = ExecutorFramework.connect(cluster.zk());
  }

  /** Its executors end with the framework, and nothing of them is left. */
  @AfterEach
  void disconnect() {
    framework.close();
    await("no executor is left")
        .atMost(LIMIT)
        .until(() -> ExecutorPlace.processesOf(run), List::isEmpty);
  }

  static Stream<Arguments> everywhere() {
    return Stream.of(ExecutorPlace.values())
        .flatMap(place ->
            Stream.of(ExecutorProgram.values()).map(program -> Arguments.of(place, program)));
  }

  /** The executor in a line of shell, which {@code around} may make more of. */
  private static ExecutorInfo executor(
      String name, ExecutorPlace place, ExecutorProgram program, UnaryOperator<String> around)
      throws IOException {
    String mark = run + name + "-" + place + "-" + program;
    ExecutorInfo.Builder executor =
        ExecutorInfo.newBuilder()
            .setType(ExecutorInfo.Type.CUSTOM)
            .setExecutorId(ExecutorID.newBuilder().setValue(mark))
            .setShutdownGracePeriod(DurationInfo.newBuilder().setNanoseconds(3_000_000_000L))
            .addResources(Resources.scalar("cpus", 0.5))
            .addResources(Resources.scalar("mem", 160));
    place.describe(executor);
    executor.setCommand(
        CommandInfo.newBuilder()
            .setValue(around.apply(place.line(program.command())))
            .setEnvironment(
                Environment.newBuilder()
                    .addVariables(
                        Environment.Variable.newBuilder()
                            .setName(ExecutorPlace.MARK)
                            .setValue(mark))));
    return executor.build();
  }

  private static String mark(ExecutorInfo executor) {
    return executor.getExecutorId().getValue();
  }

  private static String id(ExecutorInfo executor, String task) {
    return mark(executor) + "-" + task;
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void itsContainerMayUseWhatItAndItsTasksWereGranted(ExecutorPlace place, ExecutorProgram program)
      throws Exception {
    ExecutorInfo executor =
        executor("sized", place, program, line -> "exec " + line).toBuilder()
            .setShutdownGracePeriod(DurationInfo.newBuilder().setNanoseconds(LIMIT.toNanos()))
            .build();
    String first = id(executor, "first");
    String second = id(executor, "second");
    AgentID agent = framework.launch(executor, task(first, "wait"));
    framework.awaitState(TASK_RUNNING, first);

    awaitLimits(executor, 160 + 32, 60_000);
    framework.launch(executor, task(second, "wait"));
    awaitLimits(executor, 160 + 32 + 32, 70_000);
    framework.kill(first);
    framework.awaitState(TASK_KILLED, first);
    awaitLimits(executor, 160 + 32, 60_000);
    framework.kill(second);
    framework.awaitState(TASK_KILLED, second);
    awaitLimits(executor, 160, 50_000);

    framework.shutDown(executor, agent);
    assertThat(framework.awaitExit(executor)).isZero();
    assertThat(ExecutorPlace.processesOf(mark(executor))).isEmpty();
  }

  private static void awaitLimits(ExecutorInfo executor, long mebibytes, int quotaMicros) {
    await("the group of " + mark(executor) + " has " + mebibytes + " MB, " + quotaMicros + " us")
        .atMost(LIMIT)
        .until(
            () -> limits(executor),
            found -> found.equals(mebibytes * MEBI + " bytes, " + quotaMicros + " us"));
  }

  private static String limits(ExecutorInfo executor) throws IOException {
    List<Long> processes = ExecutorPlace.processesOf(mark(executor));
    if (processes.isEmpty()) {
      return "no process";
    }
    long process = processes.get(processes.size() - 1);
    String memory = ExecutorPlace.limitOf(process, "memory", "memory.limit_in_bytes", "memory.max");
    String cpu = ExecutorPlace.limitOf(process, "cpu", "cpu.cfs_quota_us", "cpu.max");
    return memory + " bytes, " + cpu.replaceFirst(" .*", "") + " us";
  }

  /** What the executor leaves behind does not answer SHUTDOWN, and takes no notice of SIGTERM. */
  @ParameterizedTest
  @MethodSource("everywhere")
  void nothingOfItIsLeftWhenItsGraceIsOver(ExecutorPlace place, ExecutorProgram program)
      throws Exception {
    ExecutorInfo executor =
        executor(
            "forks",
            place,
            program,
            line ->
                "trap '' TERM; for i in $(seq "
                    + FORKS
                    + "); do setsid sleep 1000 & done; "
                    + line
                    + "; sleep 1000");
    String task = id(executor, "task");
    AgentID agent = framework.launch(executor, task(task, "wait"));
    framework.awaitState(TASK_RUNNING, task);
    assertThat(ExecutorPlace.processesOf(mark(executor))).hasSizeGreaterThan(FORKS);

    framework.shutDown(executor, agent);

    assertThat(framework.awaitExit(executor)).as("SIGKILL").isEqualTo(9);
    assertThat(ExecutorPlace.processesOf(mark(executor))).isEmpty();
    assertThat(framework.statesOf(task)).containsExactly(TASK_RUNNING, TASK_KILLED);
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void whenItWantsTooMuchMemoryThatIsToldOfEachOfItsTasks(
      ExecutorPlace place, ExecutorProgram program) throws Exception {
    Path gate = data.resolve("hungry-" + place + program);
    String seen = place == ExecutorPlace.DOCKER ? "/host" + gate : gate.toString();
    ExecutorInfo executor =
        executor(
            "hungry",
            place,
            program,
            line ->
                line + " & until test -e " + seen + "; do sleep 0.1; done; exec tail /dev/zero");
    List<String> tasks = List.of(id(executor, "one"), id(executor, "two"));
    framework.launch(executor, task(tasks.get(0), "wait"), task(tasks.get(1), "wait"));
    framework.awaitState(TASK_RUNNING, tasks.toArray(String[]::new));

    Files.createFile(gate);

    framework.awaitExit(executor);
    for (String task : tasks) {
      framework.awaitState(TASK_FAILED, task);
      TaskStatus end = framework.lastOf(task);
      assertThat(end.getReason())
          .as(end.getMessage())
          .isEqualTo(REASON_CONTAINER_LIMITATION_MEMORY);
      assertThat(end.getLimitation().getResources(0).getScalar().getValue()).isEqualTo(160 + 64);
    }
    assertThat(ExecutorPlace.processesOf(mark(executor))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void oneThatNeverSubscribesIsKilled(ExecutorPlace place) throws Exception {
    ExecutorInfo executor =
        executor("silent", place, ExecutorProgram.PYTHON, line -> "exec sleep 1000");
    List<String> tasks = List.of(id(executor, "one"), id(executor, "two"));
    framework.launch(executor, task(tasks.get(0), "wait"), task(tasks.get(1), "wait"));

    assertThat(framework.awaitExit(executor)).as("SIGKILL").isEqualTo(9);

    for (String task : tasks) {
      framework.awaitState(TASK_FAILED, task);
      assertThat(framework.lastOf(task).getReason())
          .isEqualTo(REASON_EXECUTOR_REGISTRATION_TIMEOUT);
      assertThat(framework.statesOf(task)).doesNotContain(TASK_RUNNING);
    }
    assertThat(ExecutorPlace.processesOf(mark(executor))).isEmpty();
  }

  /**
   * What tasks say while the agent is away comes with the next SUBSCRIBE, and launches that were
   * under way happen once or not at all.
   */
  @ParameterizedTest
  @MethodSource("everywhere")
  void nothingIsLostOrDoubledWhenItsAgentIsKilled(ExecutorPlace place, ExecutorProgram program)
      throws Exception {
    ExecutorInfo executor = executor("stays", place, program, line -> "exec " + line);
    String stays = id(executor, "stays");
    AgentID agent = framework.launch(executor, task(stays, "wait"));
    framework.awaitState(TASK_RUNNING, stays);
    List<Long> processes = ExecutorPlace.processesOf(mark(executor));

    for (int round = 0; round < CRASHES; round++) {
      crash(executor, round);
    }

    assertThat(ExecutorPlace.processesOf(mark(executor))).isEqualTo(processes);
    assertThat(framework.statesOf(stays)).containsExactly(TASK_RUNNING);
    framework.message(executor, agent, "are you there?");
    assertThat(framework.awaitMessage()).isEqualTo(mark(executor) + ": echo are you there?");
    framework.shutDown(executor, agent);
    assertThat(framework.awaitExit(executor)).isZero();
    assertThat(framework.statesOf(stays)).containsExactly(TASK_RUNNING, TASK_KILLED);
  }

  private void crash(ExecutorInfo executor, int round) throws Exception {
    String meanwhile = id(executor, "meanwhile-" + round);
    framework.launch(executor, task(meanwhile, "sleep 1500"));
    framework.awaitState(TASK_RUNNING, meanwhile);
    List<String> racing = new ArrayList<>();
    for (int i = 0; i < RACING; i++) {
      racing.add(id(executor, "racing-" + round + "-" + i));
    }
    framework.launch(
        executor, racing.stream().map(task -> task(task, "sleep 200")).toArray(TaskInfo[]::new));

    cluster.agent(AGENT).kill();
    cluster.restartAgent(AGENT);

    framework.awaitEnd(meanwhile);
    assertThat(framework.statesOf(meanwhile)).containsExactly(TASK_RUNNING, TASK_FINISHED);
    for (String task : racing) {
      framework.awaitEnd(task);
      List<TaskState> states = framework.statesOf(task);
      assertThat(states).as(task).doesNotHaveDuplicates();
      assertThat(states.stream().filter(Tasks::isTerminal)).as(task).hasSize(1);
      assertThat(states).as(task).last().isIn(TASK_FINISHED, TASK_DROPPED);
    }
  }
}
