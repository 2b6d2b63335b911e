package io.meseta.agent.container.docker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.transport.DockerHttpClient;
import com.google.protobuf.ByteString;
import io.meseta.agent.container.ResourceLimits;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engine, as blocking calls with time limits.
 *
 * <p>Any thread. Interrupting the caller gives the call up; what the engine makes of it is unknown.
 */
final class EngineClient implements AutoCloseable {

  private final DockerOptions options;
  private final EngineCalls calls;
  private final EngineConnection connection;

  EngineClient(DockerOptions options, EngineHealth health) {
    this.options = options;
    this.calls = new EngineCalls(health);
    this.connection = new EngineConnection(options.host());
  }

  /** Creates a container; returns the engine's id. */
  String create(RunConfig config) throws EngineException, InterruptedException {
    return calls.call(
        "create container " + config.name(),
        options.limits().create(),
        () -> createCommand(connection.docker(), config).exec().getId());
  }

  void start(String nameOrId) throws EngineException, InterruptedException {
    calls.run(
        "start container " + nameOrId,
        options.limits().start(),
        () -> connection.docker().startContainerCmd(nameOrId).exec());
  }

  ContainerFacts inspect(String nameOrId) throws EngineException, InterruptedException {
    return calls.call(
        "inspect container " + nameOrId,
        options.limits().query(),
        () -> {
          InspectContainerResponse response =
              connection.docker().inspectContainerCmd(nameOrId).exec();
          return ContainerFacts.of(response, options.agentIp(), () -> details(response));
        });
  }

  /**
   * As {@code docker inspect} prints it, for readers of a task's TASK_RUNNING. Without the
   * variables of the environment: an update passes where they must not be seen.
   */
  private ByteString details(InspectContainerResponse response) {
    ObjectNode container = connection.json().valueToTree(response);
    if (container.get("Config") instanceof ObjectNode config) {
      config.remove("Env");
    }
    return ByteString.copyFromUtf8("[" + container + "]");
  }

  boolean hasImage(String image) throws EngineException, InterruptedException {
    try {
      return calls.call(
          "inspect image " + image,
          options.limits().query(),
          () -> connection.docker().inspectImageCmd(image).exec().getId() != null);
    } catch (EngineException e) {
      if (e.is(EngineException.Kind.NOT_FOUND)) {
        return false;
      }
      throw e;
    }
  }

  /** Where an image's process begins, if the image says. */
  Optional<String> workingDirectory(String image) throws EngineException, InterruptedException {
    return calls.call(
        "inspect image " + image,
        options.limits().query(),
        () -> {
          ContainerConfig config = connection.docker().inspectImageCmd(image).exec().getConfig();
          String directory = config == null ? null : config.getWorkingDir();
          return directory == null || directory.isEmpty()
              ? Optional.<String>empty()
              : Optional.of(directory);
        });
  }

  /** What the engine is and can do. */
  Info info() throws EngineException, InterruptedException {
    return calls.call(
        "ask the engine", options.limits().query(), () -> connection.docker().infoCmd().exec());
  }

  void signal(String nameOrId, String signal) throws EngineException, InterruptedException {
    calls.run(
        "signal " + signal + " to container " + nameOrId,
        options.limits().query(),
        () -> connection.docker().killContainerCmd(nameOrId).withSignal(signal).exec());
  }

  /** Gives a running container other limits. */
  void update(String nameOrId, ResourceLimits limits) throws EngineException, InterruptedException {
    calls.run(
        "update container " + nameOrId,
        options.limits().query(),
        () -> EngineLimits.apply(limits, connection.docker().updateContainerCmd(nameOrId)).exec());
  }

  /** Removes a container and its anonymous volumes, by force if it runs; none there is fine. */
  void remove(String nameOrId) throws EngineException, InterruptedException {
    try {
      calls.run(
          "remove container " + nameOrId,
          options.limits().remove(),
          () ->
              connection
                  .docker()
                  .removeContainerCmd(nameOrId)
                  .withForce(true)
                  .withRemoveVolumes(true)
                  .exec());
    } catch (EngineException e) {
      if (!e.is(EngineException.Kind.NOT_FOUND)) {
        throw e;
      }
    }
  }

  /** The containers of one agent, or of all agents, in any state. */
  List<ListedContainer> list(Optional<AgentId> agent) throws EngineException, InterruptedException {
    String label = agent.map(id -> Labels.AGENT + "=" + id.value()).orElse(Labels.AGENT);
    List<Container> found =
        calls.call(
            "list containers",
            options.limits().query(),
            () ->
                connection
                    .docker()
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(label))
                    .exec());
    List<ListedContainer> listed = new ArrayList<>();
    for (Container container : found) {
      Map<String, String> labels = container.getLabels();
      String id = labels == null ? null : labels.get(Labels.CONTAINER);
      if (id != null) {
        listed.add(
            new ListedContainer(
                new ContainerId(id),
                container.getId(),
                "running".equals(container.getState()),
                Optional.ofNullable(labels.get(Labels.NETWORK)).map(ContainerId::new)));
      }
    }
    return listed;
  }

  /**
   * A container as a listing shows it.
   *
   * @param network of a group, that it is in
   */
  record ListedContainer(
      ContainerId container, String engineId, boolean runs, Optional<ContainerId> network) {}

  /** What holds networks of groups of an agent, in any state. */
  List<ContainerId> listHolders(AgentId agent) throws EngineException, InterruptedException {
    List<Container> found =
        calls.call(
            "list network holders",
            options.limits().query(),
            () ->
                connection
                    .docker()
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(Labels.AGENT + "=" + agent.value(), Labels.HOLDER))
                    .exec());
    List<ContainerId> holders = new ArrayList<>();
    for (Container container : found) {
      Map<String, String> labels = container.getLabels();
      String holder = labels == null ? null : labels.get(Labels.HOLDER);
      if (holder != null) {
        holders.add(new ContainerId(holder));
      }
    }
    return holders;
  }

  /** Makes an image of the files in a tar. */
  void importImage(String repository, String tag, byte[] tar)
      throws EngineException, InterruptedException {
    calls.run(
        "import image " + repository + ":" + tag,
        options.limits().create(),
        () -> {
          String path = "/images/create?fromSrc=-&repo=" + repository + "&tag=" + tag;
          try (DockerHttpClient.Response response = connection.postTar(path, tar)) {
            // Its end is the end of the work; one that failed has begun with another status.
            response.getBody().readAllBytes();
          }
        });
  }

  /**
   * Opens the log of a container, with times.
   *
   * @param since engine time in nanoseconds since the epoch; what is older is left out
   */
  DockerHttpClient.Response openLog(String nameOrId, long since, LogMode mode)
      throws EngineException, InterruptedException {
    String query =
        "stdout=1&stderr=1&timestamps=1&follow=%d&since=%s"
            .formatted(mode == LogMode.FOLLOW ? 1 : 0, engineTime(since));
    return calls.call(
        "open log of container " + nameOrId,
        options.limits().query(),
        () -> connection.get("/containers/" + nameOrId + "/logs?" + query));
  }

  /**
   * Opens the stream of events about containers of agents.
   *
   * @param since engine time in nanoseconds since the epoch
   */
  DockerHttpClient.Response openEvents(long since) throws EngineException, InterruptedException {
    String filters =
        "{\"type\":[\"container\"],\"event\":[\"die\",\"oom\"],\"label\":[\"%s\"]}"
            .formatted(Labels.AGENT);
    String query =
        "since=%s&filters=%s"
            .formatted(engineTime(since), URLEncoder.encode(filters, StandardCharsets.UTF_8));
    return calls.call(
        "open events", options.limits().query(), () -> connection.get("/events?" + query));
  }

  /**
   * Opens the stream that tells how a pull goes on. Without a time limit: the caller watches it,
   * and interrupts.
   */
  DockerHttpClient.Response openPull(ImageReference image, Optional<RegistryAuth> auth)
      throws IOException {
    String query =
        "fromImage="
            + URLEncoder.encode(image.repository(), StandardCharsets.UTF_8)
            + (image.tag().isEmpty()
                ? ""
                : "&tag=" + URLEncoder.encode(image.tag(), StandardCharsets.UTF_8));
    Map<String, String> headers =
        auth.map(known -> Map.of("X-Registry-Auth", known.header())).orElse(Map.of());
    return connection.post("/images/create?" + query, headers);
  }

  private static String engineTime(long nanos) {
    return "%d.%09d"
        .formatted(nanos / EngineEvents.NANOS_PER_SECOND, nanos % EngineEvents.NANOS_PER_SECOND);
  }

  /** How a log is read. */
  enum LogMode {
    /** What is there now. */
    SNAPSHOT,
    /** Until the container ends. */
    FOLLOW
  }

  /** Streams: their time limits are their owners' business. */
  EngineConnection connection() {
    return connection;
  }

  /** Runs something of the caller's own under a time limit, as one of these calls. */
  <T> T timed(String what, Duration limit, EngineCalls.Call<T> call)
      throws EngineException, InterruptedException {
    return calls.call(what, limit, call);
  }

  @Override
  public void close() {
    calls.close();
    connection.close();
  }

  private static CreateContainerCmd createCommand(DockerClient docker, RunConfig config) {
    RunConfig.ProcessConfig process = config.process();
    CreateContainerCmd command =
        docker
            .createContainerCmd(config.image())
            .withName(config.name())
            .withHostConfig(config.hostConfig())
            .withLabels(config.labels())
            .withEnv(
                process.environment().entrySet().stream()
                    .map(variable -> variable.getKey() + "=" + variable.getValue())
                    .toList());
    if (!process.entrypoint().isEmpty()) {
      command.withEntrypoint(process.entrypoint());
    }
    if (!process.command().isEmpty()) {
      command.withCmd(process.command());
    }
    process.user().ifPresent(command::withUser);
    process.workingDirectory().ifPresent(command::withWorkingDir);
    process.hostname().ifPresent(command::withHostName);
    process.stopSignal().ifPresent(command::withStopSignal);
    config.endpoint().ipv4().ifPresent(command::withIpv4Address);
    config.endpoint().ipv6().ifPresent(command::withIpv6Address);
    if (!config.endpoint().aliases().isEmpty()) {
      command.withAliases(config.endpoint().aliases());
    }
    Ports ports = config.hostConfig().getPortBindings();
    if (ports != null) {
      command.withExposedPorts(ports.getBindings().keySet().toArray(ExposedPort[]::new));
    }
    return command;
  }
}
