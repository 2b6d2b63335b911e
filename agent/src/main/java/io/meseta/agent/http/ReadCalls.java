package io.meseta.agent.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.HistoryView.PastFramework;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Flag;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Metric;
import io.meseta.api.v1.TimeInfo;
import io.meseta.api.v1.VersionInfo;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.pages.PageJson;
import io.meseta.common.runtime.Verbosity;
import io.meseta.common.runtime.Version;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The calls of the agent's operator API that only read.
 *
 * <p>Thread-safe. Some read files: not for a Netty thread.
 */
public final class ReadCalls {

  /** Calls whose member cannot be left out. */
  private static final Set<Call.Type> WITH_MEMBER =
      Set.of(Call.Type.SET_LOGGING_LEVEL, Call.Type.LIST_FILES, Call.Type.READ_FILE);

  private final AboutAgent about;
  private final Supplier<AgentView> view;
  private final Supplier<SortedMap<String, Double>> metrics;
  private final ContainerUsage usage;
  private final Verbosity verbosity;
  private final Optional<FileReader> files;

  /**
   * @param sources what is read
   * @param files empty: LIST_FILES and READ_FILE are another's to answer
   */
  public ReadCalls(ReadSources sources, Optional<FileReader> files) {
    this.about = sources.about();
    this.view = sources.view();
    this.metrics = sources.metrics();
    this.usage = sources.usage();
    this.verbosity = sources.verbosity();
    this.files = files;
  }

  /**
   * The answer to a call, or nothing if it is not one that only reads. SET_LOGGING_LEVEL is
   * answered by a response without a type: it is done, and there is nothing to say.
   *
   * @throws InvalidCallException if the call makes no sense
   * @throws IOException if a file cannot be read; {@link java.nio.file.NoSuchFileException} if it
   *     is not there
   */
  public Optional<Response> answer(Call call) throws IOException {
    return switch (call.getType()) {
      case GET_HEALTH,
          GET_FLAGS,
          GET_VERSION,
          GET_METRICS,
          GET_LOGGING_LEVEL,
          SET_LOGGING_LEVEL,
          GET_STATE,
          GET_CONTAINERS,
          GET_FRAMEWORKS,
          GET_EXECUTORS,
          GET_OPERATIONS,
          GET_TASKS,
          GET_AGENT,
          GET_RESOURCE_PROVIDERS -> {
        checkMembers(call);
        yield Optional.of(read(call));
      }
      case LIST_FILES, READ_FILE -> {
        checkMembers(call);
        yield files.isEmpty() ? Optional.empty() : Optional.of(readFile(call, files.get()));
      }
      case UNKNOWN,
          LAUNCH_NESTED_CONTAINER,
          WAIT_NESTED_CONTAINER,
          KILL_NESTED_CONTAINER,
          REMOVE_NESTED_CONTAINER,
          LAUNCH_NESTED_CONTAINER_SESSION,
          ATTACH_CONTAINER_INPUT,
          ATTACH_CONTAINER_OUTPUT,
          LAUNCH_CONTAINER,
          WAIT_CONTAINER,
          KILL_CONTAINER,
          REMOVE_CONTAINER,
          ADD_RESOURCE_PROVIDER_CONFIG,
          UPDATE_RESOURCE_PROVIDER_CONFIG,
          REMOVE_RESOURCE_PROVIDER_CONFIG,
          MARK_RESOURCE_PROVIDER_GONE,
          PRUNE_IMAGES ->
          Optional.empty();
    };
  }

  /** A member of another call is a mistake of the caller: it would be without effect, unnoticed. */
  private static void checkMembers(Call call) {
    String own = call.getType().name().toLowerCase(Locale.ROOT);
    boolean found = false;
    for (FieldDescriptor field : call.getAllFields().keySet()) {
      if (field.getName().equals(own)) {
        found = true;
      } else if (!field.getName().equals("type")) {
        throw new InvalidCallException(
            "'" + field.getName() + "' does not belong to a call of type " + call.getType());
      }
    }
    if (!found && WITH_MEMBER.contains(call.getType())) {
      throw new InvalidCallException("a call of type " + call.getType() + " needs '" + own + "'");
    }
  }

  private Response read(Call call) {
    Response.Builder answer = Response.newBuilder();
    AgentView now = view.get();
    switch (call.getType()) {
      case GET_HEALTH ->
          answer
              .setType(Response.Type.GET_HEALTH)
              .setGetHealth(Response.GetHealth.newBuilder().setHealthy(true));
      case GET_FLAGS -> answer.setType(Response.Type.GET_FLAGS).setGetFlags(flags());
      case GET_VERSION -> answer.setType(Response.Type.GET_VERSION).setGetVersion(version());
      case GET_METRICS -> answer.setType(Response.Type.GET_METRICS).setGetMetrics(metrics(call));
      case GET_LOGGING_LEVEL ->
          answer
              .setType(Response.Type.GET_LOGGING_LEVEL)
              .setGetLoggingLevel(
                  Response.GetLoggingLevel.newBuilder().setLevel(verbosity.level()));
      case SET_LOGGING_LEVEL -> setLoggingLevel(call.getSetLoggingLevel());
      case GET_STATE ->
          answer
              .setType(Response.Type.GET_STATE)
              .setGetState(
                  Response.GetState.newBuilder()
                      .setGetTasks(tasks(now))
                      .setGetExecutors(executors(now))
                      .setGetFrameworks(frameworks(now)));
      case GET_CONTAINERS ->
          answer.setType(Response.Type.GET_CONTAINERS).setGetContainers(containers());
      case GET_FRAMEWORKS ->
          answer.setType(Response.Type.GET_FRAMEWORKS).setGetFrameworks(frameworks(now));
      case GET_EXECUTORS ->
          answer.setType(Response.Type.GET_EXECUTORS).setGetExecutors(executors(now));
      case GET_OPERATIONS ->
          answer
              .setType(Response.Type.GET_OPERATIONS)
              .setGetOperations(
                  Response.GetOperations.newBuilder().addAllOperations(now.operations()));
      case GET_TASKS -> answer.setType(Response.Type.GET_TASKS).setGetTasks(tasks(now));
      case GET_AGENT -> answer.setType(Response.Type.GET_AGENT).setGetAgent(agent(now));
      case GET_RESOURCE_PROVIDERS ->
          answer
              .setType(Response.Type.GET_RESOURCE_PROVIDERS)
              .setGetResourceProviders(Response.GetResourceProviders.getDefaultInstance());
      default -> throw new IllegalStateException("Not a call that reads: " + call.getType());
    }
    return answer.build();
  }

  // ---- the process ----

  private Response.GetFlags flags() {
    Response.GetFlags.Builder flags = Response.GetFlags.newBuilder();
    about
        .flags()
        .forEach((name, value) -> flags.addFlags(Flag.newBuilder().setName(name).setValue(value)));
    return flags.build();
  }

  private Response.GetVersion version() {
    return Response.GetVersion.newBuilder()
        .setVersionInfo(
            VersionInfo.newBuilder()
                .setVersion(Version.OF_API)
                .setBuildDate(about.builtAt().toString())
                .setBuildTime(PageJson.seconds(about.builtAt())))
        .build();
  }

  private Response.GetMetrics metrics(Call call) {
    if (call.getGetMetrics().hasTimeout()) {
      duration(call.getGetMetrics().getTimeout(), "timeout");
    }
    Response.GetMetrics.Builder all = Response.GetMetrics.newBuilder();
    for (Map.Entry<String, Double> metric : metrics.get().entrySet()) {
      all.addMetrics(Metric.newBuilder().setName(metric.getKey()).setValue(metric.getValue()));
    }
    return all.build();
  }

  private void setLoggingLevel(Call.SetLoggingLevel wanted) {
    verbosity.set(wanted.getLevel(), duration(wanted.getDuration(), "duration"));
  }

  private static Duration duration(DurationInfo duration, String field) {
    if (duration.getNanoseconds() < 0) {
      throw new InvalidCallException("'" + field + "' is negative");
    }
    return Duration.ofNanos(duration.getNanoseconds());
  }

  // ---- what it runs ----

  private static Response.GetTasks tasks(AgentView now) {
    Response.GetTasks.Builder tasks = Response.GetTasks.newBuilder();
    tasks.addAllQueuedTasks(ShownTasks.toProtos(where(now, ShownTasks::isQueued), now));
    tasks.addAllLaunchedTasks(ShownTasks.toProtos(where(now, ShownTasks::isLaunched), now));
    tasks.addAllTerminatedTasks(ShownTasks.toProtos(where(now, TaskView::ended), now));
    for (PastFramework past : now.history().frameworks()) {
      tasks.addAllCompletedTasks(ShownTasks.toProtos(past.tasks(), now));
    }
    return tasks.build();
  }

  private static List<TaskView> where(AgentView now, Predicate<TaskView> wanted) {
    return now.tasks().stream().filter(wanted).toList();
  }

  private static Response.GetExecutors executors(AgentView now) {
    Response.GetExecutors.Builder executors = Response.GetExecutors.newBuilder();
    List<ShownExecutor> present = ShownExecutor.of(now);
    present.forEach(executor -> executors.addExecutors(toProto(executor.info())));
    for (PastFramework past : now.history().frameworks()) {
      for (ShownExecutor executor : ShownExecutor.of(past.tasks())) {
        if (present.stream().noneMatch(executor::isSame)) {
          executors.addCompletedExecutors(toProto(executor.info()));
        }
      }
    }
    return executors.build();
  }

  private static Response.GetExecutors.Executor toProto(ExecutorInfo info) {
    return Response.GetExecutors.Executor.newBuilder().setExecutorInfo(info).build();
  }

  private static Response.GetFrameworks frameworks(AgentView now) {
    Response.GetFrameworks.Builder frameworks = Response.GetFrameworks.newBuilder();
    now.frameworks().forEach(framework -> frameworks.addFrameworks(toProto(framework)));
    now.history().frameworks().stream()
        .filter(past -> !past.present())
        .forEach(past -> frameworks.addCompletedFrameworks(toProto(past.info())));
    return frameworks.build();
  }

  private static Response.GetFrameworks.Framework toProto(FrameworkInfo info) {
    return Response.GetFrameworks.Framework.newBuilder().setFrameworkInfo(info).build();
  }

  private Response.GetContainers containers() {
    Response.GetContainers.Builder containers = Response.GetContainers.newBuilder();
    for (ContainerUsage.Usage container : usage.now()) {
      ShownExecutor executor = container.executor();
      containers.addContainers(
          Response.GetContainers.Container.newBuilder()
              .setFrameworkId(executor.framework().toProto())
              .setExecutorId(executor.id().toProto())
              .setExecutorName(executor.name())
              .setContainerId(executor.container().toProto())
              .setContainerStatus(container.status())
              .setResourceStatistics(container.statistics()));
    }
    return containers.build();
  }

  private static Response.GetAgent agent(AgentView now) {
    Response.GetAgent.Builder agent = Response.GetAgent.newBuilder().setAgentInfo(now.agent());
    now.drain()
        .ifPresent(drain ->
            agent.setDrainConfig(drain.config()).setEstimatedDrainStartTime(time(drain.since())));
    return agent.build();
  }

  private static TimeInfo time(Instant at) {
    return TimeInfo.newBuilder()
        .setNanoseconds(TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano())
        .build();
  }

  // ---- its files ----

  private static Response readFile(Call call, FileReader files) throws IOException {
    if (call.getType() == Call.Type.LIST_FILES) {
      return Response.newBuilder()
          .setType(Response.Type.LIST_FILES)
          .setListFiles(
              Response.ListFiles.newBuilder()
                  .addAllFileInfos(files.list(call.getListFiles().getPath())))
          .build();
    }
    Call.ReadFile wanted = call.getReadFile();
    if (wanted.getOffset() < 0 || wanted.getLength() < 0) {
      throw new InvalidCallException("'offset' and 'length' have to be below 2^63");
    }
    OptionalLong length =
        wanted.hasLength() ? OptionalLong.of(wanted.getLength()) : OptionalLong.empty();
    FileReader.Piece piece = files.read(wanted.getPath(), wanted.getOffset(), length);
    return Response.newBuilder()
        .setType(Response.Type.READ_FILE)
        .setReadFile(Response.ReadFile.newBuilder().setSize(piece.size()).setData(piece.data()))
        .build();
  }
}
