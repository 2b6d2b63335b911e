package io.meseta.benchmarks.registration;

import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Label;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * How many agents come back, with what.
 *
 * @param frameworks all agents run tasks of the same ones
 * @param tasks of each framework on each agent
 */
public record Load(int agents, int frameworks, int tasks) {

  private static final int LABELS = 10;
  private static final Resources OF_AGENT = Resources.of("cpus:20;mem:10240");
  private static final Resources OF_TASK = Resources.of("cpus:0.1;mem:5");

  /** As Mesos's benchmark writes it. */
  @Override
  public String toString() {
    return agents + "x" + frameworks + "x" + tasks;
  }

  /** What each agent says first, as it travels. */
  public List<byte[]> messages() {
    List<FrameworkInfo> infos = new ArrayList<>();
    for (int i = 0; i < frameworks; i++) {
      infos.add(
          FrameworkInfo.newBuilder()
              .setId(FrameworkID.newBuilder().setValue("framework" + i))
              .setName("framework" + i)
              .setUser("user")
              .addRoles("*")
              .addCapabilities(
                  FrameworkInfo.Capability.newBuilder()
                      .setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
              .setFailoverTimeout(3600)
              .build());
    }
    List<byte[]> messages = new ArrayList<>(agents);
    for (int i = 0; i < agents; i++) {
      messages.add(message(i, infos).toByteArray());
    }
    return messages;
  }

  private AgentMessage message(int agent, List<FrameworkInfo> infos) {
    AgentID id = AgentID.newBuilder().setValue("agent" + agent).build();
    Register.Builder register =
        Register.newBuilder()
            .setAgent(
                AgentInfo.newBuilder()
                    .setId(id)
                    .setHostname("agent" + agent)
                    .setPort(5051)
                    .addAllResources(OF_AGENT.toProto(ReservationFormat.REFINED)))
            .setVersion("1")
            .setProcessId("process" + agent)
            .setIp("127.0.0.1")
            .addAllFrameworks(infos);
    for (FrameworkInfo framework : infos) {
      List<Resource> resources = OF_TASK.toProto(Optional.of("*"), ReservationFormat.REFINED);
      for (int i = 0; i < tasks; i++) {
        register.addTasks(task(id, framework, resources));
      }
    }
    return AgentMessage.newBuilder().setRegister(register).build();
  }

  private static Task task(AgentID agent, FrameworkInfo framework, List<Resource> resources) {
    Task.Builder task =
        Task.newBuilder()
            .setName("test-task")
            .setTaskId(TaskID.newBuilder().setValue(UUID.randomUUID().toString()))
            .setFrameworkId(framework.getId())
            .setAgentId(agent)
            .setState(TaskState.TASK_RUNNING)
            .addAllResources(resources);
    for (int i = 0; i < LABELS; i++) {
      task.getLabelsBuilder().addLabels(Label.newBuilder().setKey("key" + i).setValue("value" + i));
    }
    return task.build();
  }
}
