package io.meseta.master.core;

import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;

/** What the tests' operators, frameworks and agents send, and what it is made of. */
final class Messages {

  static final String AGENT_RESOURCES = "cpus:4;mem:4096;disk:10000;ports:[31000-32000]";

  private Messages() {}

  // ---- operators ----

  static Call.Builder drainCall(AgentID agent) {
    return Call.newBuilder()
        .setType(Call.Type.DRAIN_AGENT)
        .setDrainAgent(Call.DrainAgent.newBuilder().setAgentId(agent));
  }

  static Call.Builder deactivateCall(AgentID agent) {
    return Call.newBuilder()
        .setType(Call.Type.DEACTIVATE_AGENT)
        .setDeactivateAgent(Call.DeactivateAgent.newBuilder().setAgentId(agent));
  }

  static Call.Builder reactivateCall(AgentID agent) {
    return Call.newBuilder()
        .setType(Call.Type.REACTIVATE_AGENT)
        .setReactivateAgent(Call.ReactivateAgent.newBuilder().setAgentId(agent));
  }

  static Call.Builder goneCall(AgentID agent) {
    return Call.newBuilder()
        .setType(Call.Type.MARK_AGENT_GONE)
        .setMarkAgentGone(Call.MarkAgentGone.newBuilder().setAgentId(agent));
  }

  static Call.Builder teardownCall(FrameworkID framework) {
    return Call.newBuilder()
        .setType(Call.Type.TEARDOWN)
        .setTeardown(Call.Teardown.newBuilder().setFrameworkId(framework));
  }

  // ---- frameworks ----

  static FrameworkInfo.Builder framework(String name) {
    return FrameworkInfo.newBuilder().setUser("nobody").setName(name).setFailoverTimeout(3600);
  }

  static FrameworkInfo.Builder partitionAware(String name) {
    return framework(name)
        .addCapabilities(
            FrameworkInfo.Capability.newBuilder()
                .setType(FrameworkInfo.Capability.Type.PARTITION_AWARE));
  }

  // ---- agents ----

  static AgentInfo agentInfo(String hostname) {
    return AgentInfo.newBuilder()
        .setHostname(hostname)
        .setPort(5051)
        .addAllResources(Resources.of(AGENT_RESOURCES).toProto(ReservationFormat.REFINED))
        .build();
  }

  static Register.Builder register(String hostname) {
    return Register.newBuilder()
        .setAgent(agentInfo(hostname))
        .setVersion("test")
        .setProcessId("process-of-" + hostname);
  }

  // ---- tasks ----

  static double cpusOf(Offer offer) {
    return offer.getResourcesList().stream()
        .filter(resource -> resource.getName().equals("cpus"))
        .mapToDouble(resource -> resource.getScalar().getValue())
        .sum();
  }

  static TaskID taskId(String id) {
    return TaskID.newBuilder().setValue(id).build();
  }

  static TaskInfo task(String id, Offer offer) {
    return task(id, offer, "cpus:1;mem:128");
  }

  static TaskInfo task(String id, Offer offer, String resources) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(taskId(id))
        .setAgentId(offer.getAgentId())
        .addAllResources(Resources.of(resources).toProto(ReservationFormat.REFINED))
        .setCommand(CommandInfo.newBuilder().setValue("true"))
        .setContainer(
            ContainerInfo.newBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage("test")))
        .build();
  }
}
