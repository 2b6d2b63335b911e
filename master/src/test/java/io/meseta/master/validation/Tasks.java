package io.meseta.master.validation;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.util.Optional;

/** Tasks for the tests of launches, and the facts about the agent that they go to. */
final class Tasks implements LaunchFacts {
  private Optional<ExecutorInfo> running = Optional.empty();

  static TaskInfo.Builder command(String id, String resources) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(TaskID.newBuilder().setValue(id))
        .setAgentId(AgentID.newBuilder().setValue("S1"))
        .addAllResources(Resources.of(resources).toProto(ReservationFormat.LEGACY))
        .setCommand(CommandInfo.newBuilder().setValue("true"));
  }

  static TaskInfo.Builder docker(DockerInfo.Network network, String resources) {
    var task = command("t", resources);
    task.getContainerBuilder()
        .setType(ContainerInfo.Type.DOCKER)
        .getDockerBuilder()
        .setImage("busybox")
        .setNetwork(network);
    return task;
  }

  static ExecutorInfo.Builder executor(String id, String resources) {
    return ExecutorInfo.newBuilder()
        .setExecutorId(ExecutorID.newBuilder().setValue(id))
        .addAllResources(Resources.of(resources).toProto(ReservationFormat.LEGACY))
        .setCommand(CommandInfo.newBuilder().setValue("./executor"));
  }

  static TaskInfo.Builder on(ExecutorInfo.Builder executor, String id, String resources) {
    return command(id, resources).clearCommand().setExecutor(executor);
  }

  static Volume.Builder volume(String containerPath) {
    return Volume.newBuilder().setMode(Volume.Mode.RW).setContainerPath(containerPath);
  }

  Tasks withRunning(ExecutorInfo.Builder executor) {
    running = Optional.of(executor.build());
    return this;
  }

  @Override
  public FrameworkId framework() {
    return new FrameworkId("F");
  }

  @Override
  public AgentId agent() {
    return new AgentId("S1");
  }

  @Override
  public String role() {
    return "web";
  }

  @Override
  public boolean isActive(TaskId task) {
    return task.value().equals("active");
  }

  @Override
  public boolean isUnreachable(TaskId task) {
    return task.value().equals("unreachable");
  }

  @Override
  public Optional<ExecutorInfo> executor(ExecutorId id) {
    return running.filter(executor -> ExecutorId.of(executor.getExecutorId()).equals(id));
  }
}
