package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.nio.file.Path;
import java.util.Optional;

/** Tasks for tests. */
final class TestTasks {

  static final AgentId AGENT = new AgentId("test-S0");
  static final FrameworkId FRAMEWORK = new FrameworkId("test-0001");

  /** Of an agent with all defaults on a machine of 8 GiB. */
  static final RunContext CONTEXT =
      new RunContext(
          Path.of("/agent/sandbox"),
          Optional.empty(),
          Path.of("/agent/secrets"),
          new RunContext.Machine(
              8L << 30, DockerOptions.Logs.defaults(), DockerOptions.Containers.defaults(), false),
          Optional.empty());

  private TestTasks() {}

  /** A task of 0.5 CPU and 64 MiB that runs a shell command in the tests' image. */
  static TaskInfo.Builder shell(String command) {
    return task(CommandInfo.newBuilder().setShell(true).setValue(command).build());
  }

  static TaskInfo.Builder task(CommandInfo command) {
    return TaskInfo.newBuilder()
        .setName("test")
        .setTaskId(TaskID.newBuilder().setValue("task-1"))
        .setAgentId(AgentID.newBuilder().setValue(AGENT.value()))
        .setCommand(command)
        .setContainer(docker(DockerInfo.newBuilder()))
        .addResources(scalar("cpus", 0.5))
        .addResources(scalar("mem", 64));
  }

  static ContainerInfo.Builder docker(DockerInfo.Builder docker) {
    return ContainerInfo.newBuilder()
        .setType(ContainerInfo.Type.DOCKER)
        .setDocker(docker.setImage(TestEngine.IMAGE));
  }

  static Resource.Builder scalar(String name, double value) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(value))
        .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("tests"));
  }

  static Resource.Builder ports(long low, long high) {
    return Resource.newBuilder()
        .setName("ports")
        .setType(Value.Type.RANGES)
        .setRanges(
            Value.Ranges.newBuilder()
                .addRange(Value.Range.newBuilder().setBegin(low).setEnd(high)));
  }

  static ContainerSpec spec(String container, TaskInfo.Builder task) {
    return spec(container, task.build());
  }

  /** Of a task in which required fields may be missing. */
  static ContainerSpec partialSpec(String container, TaskInfo.Builder task) {
    return spec(container, task.buildPartial());
  }

  private static ContainerSpec spec(String container, TaskInfo task) {
    return ContainerSpec.ofTask(
        new ContainerId(container),
        AGENT,
        FRAMEWORK,
        // Ids with colons are usual: no text form with colons may be made of them.
        new ExecutorId("ct:1:" + task.getTaskId().getValue()),
        "root",
        task);
  }
}
