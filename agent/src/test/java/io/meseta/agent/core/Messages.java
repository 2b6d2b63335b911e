package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AcknowledgeOperation;
import io.meseta.api.link.v1.AcknowledgeStatus;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.Drain;
import io.meseta.api.link.v1.KillTask;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Ping;
import io.meseta.api.link.v1.Registered;
import io.meseta.api.link.v1.Rejected;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.link.v1.RunTaskGroup;
import io.meseta.api.link.v1.ShutdownExecutor;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.link.v1.StopDraining;
import io.meseta.api.link.v1.UpdateFramework;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a master says, and the plain data in it. */
final class Messages {

  static final AgentInfo AGENT =
      AgentInfo.newBuilder()
          .setHostname("h1")
          .setPort(5051)
          .addResources(scalar("cpus", 4))
          .build();

  private Messages() {}

  static Resource scalar(String name, double value) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(value))
        .build();
  }

  static FrameworkInfo framework(String id, FrameworkInfo.Capability.Type... capabilities) {
    FrameworkInfo.Builder framework =
        FrameworkInfo.newBuilder()
            .setUser("nobody")
            .setName("framework " + id)
            .setId(new FrameworkId(id).toProto());
    for (FrameworkInfo.Capability.Type capability : capabilities) {
      framework.addCapabilities(FrameworkInfo.Capability.newBuilder().setType(capability));
    }
    return framework.build();
  }

  static TaskInfo task(String id) {
    return TaskInfo.newBuilder()
        .setName("task " + id)
        .setTaskId(new TaskId(id).toProto())
        .setAgentId(AgentID.newBuilder().setValue("A0"))
        .addResources(scalar("cpus", 1))
        .setContainer(ContainerInfo.newBuilder().setType(ContainerInfo.Type.DOCKER))
        .build();
  }

  /** A framework's executor that runs a command, and needs half a CPU for itself. */
  static ExecutorInfo executor(String id) {
    return ExecutorInfo.newBuilder()
        .setType(ExecutorInfo.Type.CUSTOM)
        .setExecutorId(new ExecutorId(id).toProto())
        .setName("executor " + id)
        .setCommand(CommandInfo.newBuilder().setValue("./run"))
        .addResources(scalar("cpus", 0.5))
        .build();
  }

  static TaskInfo taskOf(String executor, String id) {
    return task(id).toBuilder().clearContainer().setExecutor(executor(executor)).build();
  }

  static MasterMessage runGroup(ExecutorInfo executor, TaskInfo... tasks) {
    return MasterMessage.newBuilder()
        .setRunTaskGroup(
            RunTaskGroup.newBuilder()
                .setFramework(AgentCoreTestContext.FRAMEWORK)
                .setExecutor(executor)
                .setTaskGroup(TaskGroupInfo.newBuilder().addAllTasks(List.of(tasks))))
        .build();
  }

  static MasterMessage shutDownExecutor(String framework, String executor) {
    return MasterMessage.newBuilder()
        .setShutdownExecutor(
            ShutdownExecutor.newBuilder()
                .setFrameworkId(new FrameworkId(framework).toProto())
                .setExecutorId(new ExecutorId(executor).toProto()))
        .build();
  }

  static MasterMessage registered(String agentId) {
    return registered(agentId, 30);
  }

  static MasterMessage registered(String agentId, double silenceSeconds) {
    Registered.Builder answer =
        Registered.newBuilder()
            .setAgentId(AgentID.newBuilder().setValue(agentId))
            .setMasterId("m1")
            .setSilenceLimitSeconds(silenceSeconds);
    return MasterMessage.newBuilder().setRegistered(answer).build();
  }

  static MasterMessage registeredForDraining(Duration longest) {
    MasterMessage.Builder message = registered("A0").toBuilder();
    message.getRegisteredBuilder().setDrain(drain(longest).getDrain());
    return message.build();
  }

  static MasterMessage drain() {
    return MasterMessage.newBuilder().setDrain(Drain.getDefaultInstance()).build();
  }

  static MasterMessage drain(Duration longest) {
    return MasterMessage.newBuilder()
        .setDrain(Drain.newBuilder().setMaxGracePeriod(duration(longest)))
        .build();
  }

  /** The agent is given up when it is empty. */
  static MasterMessage drainForGood() {
    return MasterMessage.newBuilder().setDrain(Drain.newBuilder().setMarkGone(true)).build();
  }

  static MasterMessage stopDraining() {
    return MasterMessage.newBuilder().setStopDraining(StopDraining.getDefaultInstance()).build();
  }

  static MasterMessage rejectedForNow() {
    return rejected(Rejected.newBuilder().setReason("not recovered yet").setPermanent(false));
  }

  static MasterMessage rejectedForGood() {
    return rejected(Rejected.newBuilder().setReason("marked gone").setPermanent(true));
  }

  private static MasterMessage rejected(Rejected.Builder rejected) {
    return MasterMessage.newBuilder().setRejected(rejected).build();
  }

  static MasterMessage ping() {
    return MasterMessage.newBuilder().setPing(Ping.getDefaultInstance()).build();
  }

  static MasterMessage runTask(FrameworkInfo framework, TaskInfo task) {
    return MasterMessage.newBuilder()
        .setRunTask(RunTask.newBuilder().setFramework(framework).setTask(task))
        .build();
  }

  static MasterMessage kill(String task) {
    return MasterMessage.newBuilder().setKillTask(killTask(task)).build();
  }

  static MasterMessage kill(String task, Duration grace) {
    return MasterMessage.newBuilder()
        .setKillTask(killTask(task).setKillPolicy(policy(grace)))
        .build();
  }

  private static KillTask.Builder killTask(String task) {
    return KillTask.newBuilder()
        .setFrameworkId(new FrameworkId("f1").toProto())
        .setTaskId(new TaskId(task).toProto());
  }

  static KillPolicy policy(Duration grace) {
    return KillPolicy.newBuilder().setGracePeriod(duration(grace)).build();
  }

  static DurationInfo duration(Duration duration) {
    return DurationInfo.newBuilder().setNanoseconds(duration.toNanos()).build();
  }

  static MasterMessage acknowledge(FrameworkId framework, String task, ByteString uuid) {
    return MasterMessage.newBuilder()
        .setAcknowledgeStatus(
            AcknowledgeStatus.newBuilder()
                .setFrameworkId(framework.toProto())
                .setTaskId(new TaskId(task).toProto())
                .setUuid(uuid))
        .build();
  }

  static MasterMessage shutDown(String framework) {
    return MasterMessage.newBuilder()
        .setShutdownFramework(
            ShutdownFramework.newBuilder().setFrameworkId(new FrameworkId(framework).toProto()))
        .build();
  }

  /** With an id for its framework that is the same as the master's, or without one. */
  static MasterMessage apply(String uuid, Offer.Operation operation) {
    return MasterMessage.newBuilder()
        .setApplyOperation(
            ApplyOperation.newBuilder()
                .setFrameworkId(new FrameworkId("f1").toProto())
                .setOperationUuid(ByteString.copyFromUtf8(uuid))
                .setOperation(operation))
        .build();
  }

  static MasterMessage acknowledgeOperation(String uuid, ByteString statusUuid) {
    return MasterMessage.newBuilder()
        .setAcknowledgeOperation(
            AcknowledgeOperation.newBuilder()
                .setOperationUuid(ByteString.copyFromUtf8(uuid))
                .setStatusUuid(statusUuid))
        .build();
  }

  static Resource reserved(Resource resource) {
    return resource.toBuilder()
        .addReservations(
            Resource.ReservationInfo.newBuilder()
                .setType(Resource.ReservationInfo.Type.DYNAMIC)
                .setRole("web"))
        .build();
  }

  static Offer.Operation reserve(Optional<String> id, Resource resource) {
    Offer.Operation.Builder operation =
        Offer.Operation.newBuilder()
            .setType(Offer.Operation.Type.RESERVE)
            .setReserve(Offer.Operation.Reserve.newBuilder().addResources(reserved(resource)));
    id.ifPresent(given -> operation.setId(OperationID.newBuilder().setValue(given)));
    return operation.build();
  }

  static Resource volume(double size, String id) {
    Resource.Builder volume = reserved(scalar("disk", size)).toBuilder();
    volume.getDiskBuilder().getPersistenceBuilder().setId(id);
    volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
    return volume.build();
  }

  static Offer.Operation create(Resource volume) {
    return Offer.Operation.newBuilder()
        .setType(Offer.Operation.Type.CREATE)
        .setCreate(Offer.Operation.Create.newBuilder().addVolumes(volume))
        .build();
  }

  static Offer.Operation destroy(Resource volume) {
    return Offer.Operation.newBuilder()
        .setType(Offer.Operation.Type.DESTROY)
        .setDestroy(Offer.Operation.Destroy.newBuilder().addVolumes(volume))
        .build();
  }

  static MasterMessage update(FrameworkInfo framework) {
    return MasterMessage.newBuilder()
        .setUpdateFramework(UpdateFramework.newBuilder().setFramework(framework))
        .build();
  }
}
