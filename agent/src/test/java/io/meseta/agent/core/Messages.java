package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AcknowledgeStatus;
import io.meseta.api.link.v1.Drain;
import io.meseta.api.link.v1.KillTask;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Ping;
import io.meseta.api.link.v1.Registered;
import io.meseta.api.link.v1.Rejected;
import io.meseta.api.link.v1.RunTask;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.link.v1.StopDraining;
import io.meseta.api.link.v1.UpdateFramework;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.TaskId;
import java.time.Duration;

/** What a master says, and the plain data in it. */
final class Messages {

  static final AgentInfo AGENT =
      AgentInfo.newBuilder().setHostname("h1").addResources(scalar("cpus", 4)).build();

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

  static MasterMessage update(FrameworkInfo framework) {
    return MasterMessage.newBuilder()
        .setUpdateFramework(UpdateFramework.newBuilder().setFramework(framework))
        .build();
  }
}
