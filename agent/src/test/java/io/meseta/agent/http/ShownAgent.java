package io.meseta.agent.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.meseta.agent.core.AgentCounter;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.DrainView;
import io.meseta.agent.core.HistoryView;
import io.meseta.agent.core.LeaderAddress;
import io.meseta.agent.core.LinkState;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.inventory.Attributes;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.DrainConfig;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Operation;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.UUID;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** An agent as a test wants it to be shown, built step by step; starts with nothing on it. */
final class ShownAgent {

  static final ObjectMapper JSON = new ObjectMapper();
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final AboutAgent ABOUT =
      new AboutAgent(
          "1.0",
          Instant.parse("2026-02-01T00:00:00Z"),
          START,
          "127.0.0.2",
          Path.of("/var/lib/meseta"),
          Map.of("work_dir", "/var/lib/meseta"));

  private final List<FrameworkInfo> frameworks = new ArrayList<>();
  private final List<TaskView> tasks = new ArrayList<>();
  private final List<HistoryView.PastFramework> past = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();
  private Resources total = Resources.of("cpus:8;mem:8000;disk:20000;ports:[31000-32000]");
  private Optional<String> engineFailure = Optional.empty();
  private Optional<DrainView> drain = Optional.empty();

  ShownAgent total(String resources) {
    total = Resources.of(resources);
    return this;
  }

  ShownAgent engineFails(String why) {
    engineFailure = Optional.of(why);
    return this;
  }

  ShownAgent drained() {
    drain = Optional.of(new DrainView(DrainConfig.newBuilder().setMarkGone(true).build(), START));
    return this;
  }

  ShownAgent framework(String id) {
    frameworks.add(info(id));
    return this;
  }

  ShownAgent task(String framework, String id, TaskState state) {
    tasks.add(view(framework, id, state, task(id).build()));
    return this;
  }

  /** A task of a group. */
  ShownAgent task(String framework, String id, TaskState state, ExecutorInfo group) {
    tasks.add(view(framework, id, state, task(id).setExecutor(group).build()));
    return this;
  }

  ShownAgent task(TaskView view) {
    tasks.add(view);
    return this;
  }

  ShownAgent over(String framework, boolean present, String... ids) {
    List<TaskView> over = new ArrayList<>();
    for (String id : ids) {
      over.add(view(framework, id, TaskState.TASK_FINISHED, task(id).build()));
    }
    past.add(
        new HistoryView.PastFramework(new FrameworkId(framework), info(framework), present, over));
    return this;
  }

  ShownAgent operation() {
    operations.add(
        Operation.newBuilder()
            .setInfo(Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE))
            .setLatestStatus(
                OperationStatus.newBuilder().setState(OperationState.OPERATION_FINISHED))
            .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("op-1")))
            .build());
    return this;
  }

  static FrameworkInfo info(String id) {
    return FrameworkInfo.newBuilder()
        .setId(new FrameworkId(id).toProto())
        .setName("framework " + id)
        .setUser("root")
        .build();
  }

  static TaskInfo.Builder task(String id) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(new TaskId(id).toProto())
        .setAgentId(AgentID.newBuilder().setValue("A0"))
        .setCommand(CommandInfo.newBuilder().setShell(true).setValue("echo hi; sleep 1000"))
        .setContainer(
            ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("busybox")))
        .addAllResources(Resources.of("cpus:0.2;mem:64").toProto(ReservationFormat.REFINED));
  }

  static TaskView view(String framework, String id, TaskState state, TaskInfo info) {
    ContainerId container = new ContainerId("c-" + id);
    TaskStatus starting = status(id, TaskState.TASK_STARTING, container);
    TaskStatus latest = status(id, state, container);
    boolean told = state != TaskState.TASK_STAGING;
    return new TaskView(
        new FrameworkId(framework),
        info.hasExecutor() ? ExecutorId.of(info.getExecutor().getExecutorId()) : new ExecutorId(id),
        container,
        info,
        state,
        told ? Optional.of(latest) : Optional.empty(),
        told ? List.of(starting, latest) : List.of(),
        told && state != TaskState.TASK_STARTING ? Optional.of(START) : Optional.empty(),
        Optional.empty(),
        "",
        0);
  }

  private static TaskStatus status(String id, TaskState state, ContainerId container) {
    return TaskStatus.newBuilder()
        .setTaskId(new TaskId(id).toProto())
        .setState(state)
        .setTimestamp(1795327040.5)
        .setContainerStatus(
            ContainerStatus.newBuilder()
                .setContainerId(container.toProto())
                .setExecutorPid(4711)
                .addNetworkInfos(
                    NetworkInfo.newBuilder()
                        .addIpAddresses(
                            NetworkInfo.IPAddress.newBuilder()
                                .setProtocol(NetworkInfo.Protocol.IPv4)
                                .setIpAddress("127.0.0.2"))))
        .build();
  }

  AgentView view() {
    AgentInfo agent =
        AgentInfo.newBuilder()
            .setId(AgentID.newBuilder().setValue("A0"))
            .setHostname("host")
            .setPort(5051)
            .addAllResources(total.toProto(ReservationFormat.REFINED))
            .addAllAttributes(Attributes.parse("rackid:rack1;zone:a;weight:2.5;nums:[1-5]"))
            .build();
    return new AgentView(
        agent,
        LinkState.REGISTERED,
        Optional.of(new LeaderAddress("m1", "127.0.0.1", 5050)),
        Optional.empty(),
        engineFailure,
        Optional.empty(),
        drain.isPresent(),
        List.copyOf(frameworks),
        List.copyOf(tasks),
        Map.of(AgentCounter.STATUS_UPDATES, 7L),
        List.of(),
        drain,
        total,
        List.copyOf(operations),
        new HistoryView(List.copyOf(past), Map.of(TaskState.TASK_FINISHED, 3L)));
  }

  /** What Mesos was seen to answer. */
  static JsonNode sample(String name) {
    try (InputStream in = ShownAgent.class.getResourceAsStream("/mesos/" + name)) {
      return JSON.readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode parse(byte[] page) {
    try {
      return JSON.readTree(page);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
