package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.meseta.agent.core.AgentView;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.FileInfo;
import io.meseta.api.v1.ResourceStatistics;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.runtime.Verbosity;
import io.meseta.common.runtime.Version;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadCallsTest {

  private final List<Integer> levels = new ArrayList<>();
  private final ReadCalls calls = calls(busy(), Optional.of(new OneFile()));

  private static AgentView busy() {
    return new ShownAgent()
        .framework("f1")
        .task("f1", "queued", TaskState.TASK_STAGING)
        .task("f1", "runs", TaskState.TASK_RUNNING)
        .task("f1", "over", TaskState.TASK_KILLED)
        .over("f1", true, "forgotten")
        .over("f2", false, "long-forgotten")
        .operation()
        .drained()
        .view();
  }

  private ReadCalls calls(AgentView view, Optional<FileReader> files) {
    ContainerUsage usage =
        new ContainerUsage(
            () -> view,
            pid -> Optional.of(ResourceStatistics.newBuilder().setTimestamp(1).build()),
            InstantSource.fixed(ShownAgent.START));
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("slave/registered", 1.0);
    return new ReadCalls(
        new ReadSources(
            ShownAgent.ABOUT,
            () -> view,
            () -> metrics,
            usage,
            new Verbosity(Optional.of(levels::add))),
        files);
  }

  private Response ask(Call.Type type) throws IOException {
    return calls.answer(Call.newBuilder().setType(type).build()).orElseThrow();
  }

  private static List<String> ids(List<Task> tasks) {
    return tasks.stream().map(task -> task.getTaskId().getValue()).toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.Type.class,
      names = {
        "GET_HEALTH",
        "GET_FLAGS",
        "GET_VERSION",
        "GET_METRICS",
        "GET_LOGGING_LEVEL",
        "GET_STATE",
        "GET_CONTAINERS",
        "GET_FRAMEWORKS",
        "GET_EXECUTORS",
        "GET_OPERATIONS",
        "GET_TASKS",
        "GET_AGENT",
        "GET_RESOURCE_PROVIDERS"
      })
  void theAnswerHasTheTypeAndTheMemberOfTheCall(Call.Type type) throws IOException {
    Response answer = ask(type);

    assertThat(answer.getType().name()).isEqualTo(type.name());
    assertThat(answer.getAllFields().keySet())
        .extracting(field -> field.getName())
        .containsExactlyInAnyOrder("type", type.name().toLowerCase(Locale.ROOT));
    assertThat(JsonPrinter.toString(answer)).contains("\"type\":\"" + type + "\"");
  }

  @Test
  void whatDoesMoreThanReadIsAnothersToAnswer() throws IOException {
    Set<Call.Type> others = EnumSet.allOf(Call.Type.class);
    others.removeIf(type ->
        type.name().startsWith("GET_")
            || type == Call.Type.SET_LOGGING_LEVEL
            || type == Call.Type.LIST_FILES
            || type == Call.Type.READ_FILE);
    for (Call.Type type : others) {
      assertThat(calls.answer(Call.newBuilder().setType(type).build())).as("%s", type).isEmpty();
    }
    assertThat(calls.answer(Call.getDefaultInstance())).isEmpty();
  }

  @Test
  void tasksAreToldByWhereTheyStand() throws IOException {
    Response.GetTasks tasks = ask(Call.Type.GET_TASKS).getGetTasks();

    assertThat(ids(tasks.getQueuedTasksList())).containsExactly("queued");
    assertThat(ids(tasks.getLaunchedTasksList())).containsExactly("runs");
    assertThat(ids(tasks.getTerminatedTasksList())).containsExactly("over");
    assertThat(ids(tasks.getCompletedTasksList())).containsExactly("forgotten", "long-forgotten");
    assertThat(tasks.getLaunchedTasks(0).getAgentId().getValue()).isEqualTo("A0");
    assertThat(tasks.getLaunchedTasks(0).getUser()).isEqualTo("root");
    assertThat(tasks.getLaunchedTasks(0).getStatusesCount()).isEqualTo(2);
  }

  @Test
  void executorsAndFrameworksAreToldWithThoseThatAreOver() throws IOException {
    Response.GetState state = ask(Call.Type.GET_STATE).getGetState();

    assertThat(state.getGetExecutors().getExecutorsList())
        .extracting(executor -> executor.getExecutorInfo().getExecutorId().getValue())
        .containsExactly("queued", "runs", "over");
    assertThat(state.getGetExecutors().getCompletedExecutorsCount()).isEqualTo(2);
    assertThat(state.getGetFrameworks().getFrameworksCount()).isEqualTo(1);
    assertThat(state.getGetFrameworks().getCompletedFrameworksList())
        .extracting(framework -> framework.getFrameworkInfo().getId().getValue())
        .containsExactly("f2");
    assertThat(state.getGetTasks()).isEqualTo(ask(Call.Type.GET_TASKS).getGetTasks());
  }

  @Test
  void containersAreToldWithWhatTheyUse() throws IOException {
    Response.GetContainers containers = ask(Call.Type.GET_CONTAINERS).getGetContainers();

    assertThat(containers.getContainersList()).hasSize(1);
    Response.GetContainers.Container container = containers.getContainers(0);
    assertThat(container.getExecutorId().getValue()).isEqualTo("runs");
    assertThat(container.getContainerStatus().getExecutorPid()).isEqualTo(4711);
    assertThat(container.getResourceStatistics().getMemLimitBytes()).isEqualTo(64L << 20);
  }

  @Test
  void theAgentSaysThatItIsDrainedAndSinceWhen() throws IOException {
    Response.GetAgent agent = ask(Call.Type.GET_AGENT).getGetAgent();

    assertThat(agent.getAgentInfo().getId().getValue()).isEqualTo("A0");
    assertThat(agent.getDrainConfig().getMarkGone()).isTrue();
    assertThat(agent.getEstimatedDrainStartTime().getNanoseconds())
        .isEqualTo(ShownAgent.START.getEpochSecond() * 1_000_000_000L);
  }

  @Test
  void processFactsAreTold() throws IOException {
    assertThat(ask(Call.Type.GET_VERSION).getGetVersion().getVersionInfo().getVersion())
        .isEqualTo(Version.OF_API);
    assertThat(ask(Call.Type.GET_FLAGS).getGetFlags().getFlags(0).getName()).isEqualTo("work_dir");
    assertThat(ask(Call.Type.GET_METRICS).getGetMetrics().getMetrics(0).getName())
        .isEqualTo("slave/registered");
    assertThat(ask(Call.Type.GET_OPERATIONS).getGetOperations().getOperationsCount()).isEqualTo(1);
  }

  @Test
  void theLoggingLevelIsSet() throws IOException {
    Response answer = calls.answer(setLevel(2, 60_000_000_000L)).orElseThrow();

    assertThat(answer).isEqualTo(Response.getDefaultInstance());
    assertThat(levels).containsExactly(2);
    assertThat(ask(Call.Type.GET_LOGGING_LEVEL).getGetLoggingLevel().getLevel()).isEqualTo(2);
  }

  @Test
  void aLevelOrADurationThatMakesNoSenseIsRefused() {
    assertRefused(setLevel(9, 1_000_000_000L), "between 0 and 3");
    assertRefused(setLevel(1, 0), "not positive");
    assertRefused(setLevel(1, -1), "'duration' is negative");
    assertThat(levels).isEmpty();
  }

  private static Call setLevel(int level, long nanoseconds) {
    return Call.newBuilder()
        .setType(Call.Type.SET_LOGGING_LEVEL)
        .setSetLoggingLevel(
            Call.SetLoggingLevel.newBuilder()
                .setLevel(level)
                .setDuration(DurationInfo.newBuilder().setNanoseconds(nanoseconds)))
        .build();
  }

  @Test
  void aCallWithoutItsMemberIsRefused() {
    assertRefused(Call.newBuilder().setType(Call.Type.READ_FILE).build(), "needs 'read_file'");
    assertRefused(
        Call.newBuilder().setType(Call.Type.SET_LOGGING_LEVEL).build(),
        "needs 'set_logging_level'");
  }

  @Test
  void aMemberOfAnotherCallIsRefused() {
    assertRefused(
        Call.newBuilder()
            .setType(Call.Type.GET_HEALTH)
            .setReadFile(Call.ReadFile.newBuilder().setPath("x").setOffset(0))
            .build(),
        "'read_file' does not belong to a call of type GET_HEALTH");
  }

  @Test
  void aNegativeTimeoutIsRefused() {
    assertRefused(
        Call.newBuilder()
            .setType(Call.Type.GET_METRICS)
            .setGetMetrics(
                Call.GetMetrics.newBuilder()
                    .setTimeout(DurationInfo.newBuilder().setNanoseconds(-1)))
            .build(),
        "'timeout' is negative");
  }

  private void assertRefused(Call call, String reason) {
    assertThatThrownBy(() -> calls.answer(call))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void filesAreRead() throws IOException {
    Call list =
        Call.newBuilder()
            .setType(Call.Type.LIST_FILES)
            .setListFiles(Call.ListFiles.newBuilder().setPath("/sandbox"))
            .build();
    Call read = readFile("/sandbox/stdout", 2);

    assertThat(calls.answer(list).orElseThrow().getListFiles().getFileInfosList())
        .extracting(FileInfo::getPath)
        .containsExactly("/sandbox/stdout");
    Response.ReadFile piece = calls.answer(read).orElseThrow().getReadFile();
    assertThat(piece.getSize()).isEqualTo(5);
    assertThat(piece.getData().toStringUtf8()).isEqualTo("llo");
    assertThatThrownBy(() -> calls.answer(readFile("/etc/passwd", 0)))
        .isInstanceOf(NoSuchFileException.class);
    assertRefused(readFile("/sandbox/stdout", -1), "'offset'");
  }

  @Test
  void withoutAReaderFilesAreAnothersToAnswer() throws IOException {
    assertThat(calls(busy(), Optional.empty()).answer(readFile("x", 0))).isEmpty();
  }

  private static Call readFile(String path, long offset) {
    return Call.newBuilder()
        .setType(Call.Type.READ_FILE)
        .setReadFile(Call.ReadFile.newBuilder().setPath(path).setOffset(offset))
        .build();
  }

  /** A directory with one file. */
  private static final class OneFile implements FileReader {

    @Override
    public List<FileInfo> list(String path) {
      return List.of(FileInfo.newBuilder().setPath(path + "/stdout").build());
    }

    @Override
    public Piece read(String path, long offset, OptionalLong length) throws IOException {
      if (!path.equals("/sandbox/stdout")) {
        throw new NoSuchFileException(path);
      }
      return new Piece(5, ByteString.copyFromUtf8("hello").substring((int) offset));
    }
  }
}
