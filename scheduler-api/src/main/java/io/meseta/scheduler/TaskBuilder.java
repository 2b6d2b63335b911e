package io.meseta.scheduler;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.Label;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Describes a task once; each {@link #build} or {@link OfferBudget#add} makes one from it.
 *
 * <p>Made by {@link Tasks}. CPUs and memory are required. Not thread-safe. What this builder has no
 * word for is reached by {@link #customize}.
 */
public final class TaskBuilder {

  private final @Nullable String image;
  private final CommandInfo.Builder command = CommandInfo.newBuilder().setShell(false);
  private final Map<String, Double> scalars = new LinkedHashMap<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final List<Integer> containerPorts = new ArrayList<>();
  private final List<Volume> volumes = new ArrayList<>();
  private int hostPorts;
  private String name = "task";
  private @Nullable String id;
  private @Nullable Duration killGrace;
  private Consumer<TaskInfo.Builder> customizer = task -> {};

  private TaskBuilder(@Nullable String image) {
    this.image = image;
  }

  static TaskBuilder docker(String image) {
    if (image.isBlank()) {
      throw new IllegalArgumentException("A Docker task needs the name of an image");
    }
    return new TaskBuilder(image);
  }

  static TaskBuilder process(String command) {
    return new TaskBuilder(null).command(command);
  }

  /**
   * What people see. Default: {@code task}.
   *
   * @param taskName need not be unique
   * @return this builder
   */
  public TaskBuilder name(String taskName) {
    name = taskName;
    return this;
  }

  /**
   * The task's id. Default: a new one for each task, made of the name and a random part.
   *
   * @param taskId unique among all tasks that the framework ever had
   * @return this builder
   */
  public TaskBuilder id(String taskId) {
    id = taskId;
    return this;
  }

  /**
   * Runs this with {@code sh -c}, which a Docker image must have.
   *
   * @param line a command line of the shell
   * @return this builder
   */
  public TaskBuilder command(String line) {
    command.setShell(true).setValue(line).clearArguments();
    return this;
  }

  /**
   * Gives these arguments to what the Docker image is made for, without a shell.
   *
   * @param arguments as after the image in {@code docker run}
   * @return this builder
   * @throws IllegalStateException when there is no image
   */
  public TaskBuilder arguments(String... arguments) {
    requireImage("arguments");
    command.setShell(false).clearValue().clearArguments().addAllArguments(List.of(arguments));
    return this;
  }

  /**
   * CPUs: the task's share when the machine is busy, and a limit that the kernel holds it to.
   *
   * @param cpus such as 0.5, to a thousandth
   * @return this builder
   */
  public TaskBuilder cpus(double cpus) {
    return scalar("cpus", cpus);
  }

  /**
   * Memory: the task is killed when it wants more.
   *
   * @param mebibytes in MiB
   * @return this builder
   */
  public TaskBuilder memoryMiB(double mebibytes) {
    return scalar("mem", mebibytes);
  }

  /**
   * Disk space for the sandbox.
   *
   * @param mebibytes in MiB
   * @return this builder
   */
  public TaskBuilder diskMiB(double mebibytes) {
    return scalar("disk", mebibytes);
  }

  /**
   * Any amount of any scalar resource, such as {@code gpus}.
   *
   * @param resource its name
   * @param amount positive
   * @return this builder
   */
  public TaskBuilder scalar(String resource, double amount) {
    scalars.put(resource, Resources.scalar(resource, amount).getScalar().getValue());
    return this;
  }

  /**
   * A port of the container, made reachable at a port of the agent, which is taken from the offer.
   * The container is attached to Docker's bridge network. The agent's ports are in the environment
   * as {@code PORT0}, {@code PORT1} and so on.
   *
   * @param containerPort where the program in the container listens
   * @return this builder
   * @throws IllegalStateException when there is no image
   */
  public TaskBuilder port(int containerPort) {
    requireImage("port");
    if (containerPort < 1 || containerPort > 65_535) {
      throw new IllegalArgumentException("no port: " + containerPort);
    }
    containerPorts.add(containerPort);
    return this;
  }

  /**
   * Ports of the agent, taken from the offer, for a task on the host's network. Their numbers are
   * in the environment as {@code PORT0}, {@code PORT1} and so on.
   *
   * @param count how many
   * @return this builder
   */
  public TaskBuilder hostPorts(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("no number of ports: " + count);
    }
    hostPorts = count;
    return this;
  }

  /**
   * An environment variable.
   *
   * @param variable its name
   * @param value its value
   * @return this builder
   */
  public TaskBuilder env(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /**
   * A label, for people and for tools.
   *
   * @param key its key
   * @param value its value
   * @return this builder
   */
  public TaskBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  /**
   * A directory or file of the agent in the container, to read and to write.
   *
   * @param hostPath absolute, or relative to the sandbox
   * @param containerPath absolute
   * @return this builder
   */
  public TaskBuilder volume(String hostPath, String containerPath) {
    return volume(hostPath, containerPath, Volume.Mode.RW);
  }

  /**
   * A directory or file of the agent in the container, to read only.
   *
   * @param hostPath absolute, or relative to the sandbox
   * @param containerPath absolute
   * @return this builder
   */
  public TaskBuilder readOnlyVolume(String hostPath, String containerPath) {
    return volume(hostPath, containerPath, Volume.Mode.RO);
  }

  private TaskBuilder volume(String hostPath, String containerPath, Volume.Mode mode) {
    requireImage("volume");
    volumes.add(
        Volume.newBuilder()
            .setHostPath(hostPath)
            .setContainerPath(containerPath)
            .setMode(mode)
            .build());
    return this;
  }

  /**
   * A file to be fetched into the sandbox before the task starts; archives are unpacked.
   *
   * @param uri {@code http}, {@code https} or {@code file}
   * @return this builder
   */
  public TaskBuilder fetch(String uri) {
    command.addUris(CommandInfo.URI.newBuilder().setValue(uri));
    return this;
  }

  /**
   * From the polite signal to the deadly one when the task is killed. Default: the agent's, 5 s.
   *
   * @param grace not negative
   * @return this builder
   */
  public TaskBuilder killGrace(Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("killGrace must not be negative: " + grace);
    }
    killGrace = grace;
    return this;
  }

  /**
   * A last hand on each task: health checks, limits, Docker parameters, discovery and whatever else
   * a {@link TaskInfo} has.
   *
   * @param change called when the task is otherwise complete; replaces an earlier one
   * @return this builder
   */
  public TaskBuilder customize(Consumer<TaskInfo.Builder> change) {
    customizer = change;
    return this;
  }

  /**
   * Makes a task with resources of this offer. For several tasks on an offer: {@link OfferBudget}.
   *
   * @param offer where the task is to run
   * @return for {@link SchedulerDriver#launch}
   * @throws IllegalArgumentException when the offer has not enough; the text says of what
   * @throws IllegalStateException when the description lacks something
   */
  public TaskInfo build(Offer offer) {
    return OfferBudget.of(offer).add(this);
  }

  // ---------------------------------------------------------------- for OfferBudget

  /** What the task needs; thousandths by name. */
  Map<String, Long> demand() {
    if (!scalars.containsKey("cpus") || !scalars.containsKey("mem")) {
      throw new IllegalStateException("Task " + name + " needs both cpus(…) and memoryMiB(…)");
    }
    if (hostPorts > 0 && !containerPorts.isEmpty()) {
      throw new IllegalStateException(
          "Task " + name + " has both port(…) and hostPorts(…): one network or the other");
    }
    Map<String, Long> demand = new LinkedHashMap<>();
    scalars.forEach((resource, amount) -> demand.put(resource, Math.round(amount * 1000)));
    return demand;
  }

  int portCount() {
    return containerPorts.size() + hostPorts;
  }

  String name() {
    return name;
  }

  /**
   * @param ports the agent's, as many as {@link #portCount}
   */
  TaskInfo build(AgentID agent, List<Resource> resources, List<Integer> ports) {
    TaskInfo.Builder task =
        TaskInfo.newBuilder()
            .setName(name)
            .setTaskId(Tasks.id(id != null ? id : newId()))
            .setAgentId(agent)
            .addAllResources(resources)
            .setCommand(command.clone().setEnvironment(environment(ports)));
    if (image != null) {
      task.setContainer(container(image, ports));
    }
    labels.forEach((key, value) ->
        task.getLabelsBuilder().addLabels(Label.newBuilder().setKey(key).setValue(value)));
    if (killGrace != null) {
      DurationInfo.Builder grace = DurationInfo.newBuilder().setNanoseconds(killGrace.toNanos());
      task.setKillPolicy(KillPolicy.newBuilder().setGracePeriod(grace));
    }
    customizer.accept(task);
    return task.build();
  }

  private ContainerInfo container(String dockerImage, List<Integer> ports) {
    DockerInfo.Builder docker = DockerInfo.newBuilder().setImage(dockerImage);
    if (!containerPorts.isEmpty()) {
      docker.setNetwork(DockerInfo.Network.BRIDGE);
    }
    for (int i = 0; i < containerPorts.size(); i++) {
      docker.addPortMappings(
          DockerInfo.PortMapping.newBuilder()
              .setContainerPort(containerPorts.get(i))
              .setHostPort(ports.get(i)));
    }
    return ContainerInfo.newBuilder()
        .setType(ContainerInfo.Type.DOCKER)
        .setDocker(docker)
        .addAllVolumes(volumes)
        .build();
  }

  private Environment environment(List<Integer> ports) {
    Map<String, String> all = new LinkedHashMap<>(environment);
    for (int i = 0; i < ports.size(); i++) {
      all.put("PORT" + i, ports.get(i).toString());
    }
    Environment.Builder variables = Environment.newBuilder();
    all.forEach((variable, value) ->
        variables.addVariables(
            Environment.Variable.newBuilder().setName(variable).setValue(value)));
    return variables.build();
  }

  /** The name is for people and may hold anything; an id becomes part of paths. */
  private String newId() {
    return name.replaceAll("[^A-Za-z0-9_.-]", "-") + "." + UUID.randomUUID();
  }

  private void requireImage(String what) {
    if (image == null) {
      throw new IllegalStateException(what + "(…) is for tasks with a Docker image");
    }
  }
}
