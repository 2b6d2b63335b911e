package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Pong;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.util.List;

/** One registered agent of a {@link CoreContext}: how the test speaks for it. */
final class Node {
  private final CoreContext master;
  final String hostname;
  final AgentID id;
  long link;

  Node(CoreContext master, String hostname, AgentID id, long link) {
    this.master = master;
    this.hostname = hostname;
    this.id = id;
    this.link = link;
  }

  List<MasterMessage> messages() {
    return master.messages(link);
  }

  void send(AgentMessage.Builder message) {
    master.handle(new MasterEvent.AgentMessageReceived(master.now, link, message.build()));
  }

  void pong() {
    send(AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()));
  }

  /** Sends an update as an agent does; returns its status. */
  TaskStatus update(Client owner, String task, TaskState state) {
    return update(owner, task, state, state);
  }

  /** Says the first state, and that the task has come to the second one meanwhile. */
  TaskStatus update(Client owner, String task, TaskState state, TaskState latest) {
    TaskStatus status =
        TaskStatus.newBuilder()
            .setTaskId(Messages.taskId(task))
            .setState(state)
            .setAgentId(id)
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
            .setUuid(ByteString.copyFromUtf8(task + state))
            .build();
    send(
        AgentMessage.newBuilder()
            .setStatusUpdate(
                StatusUpdate.newBuilder()
                    .setFrameworkId(owner.id)
                    .setStatus(status)
                    .setLatestState(latest)));
    return status;
  }

  /** Says of a task that it is not taken: once, and without a uuid. */
  void refuse(Client owner, String task) {
    send(
        AgentMessage.newBuilder()
            .setStatusUpdate(
                StatusUpdate.newBuilder()
                    .setFrameworkId(owner.id)
                    .setStatus(
                        TaskStatus.newBuilder()
                            .setTaskId(Messages.taskId(task))
                            .setState(TaskState.TASK_DROPPED)
                            .setAgentId(id)
                            .setSource(TaskStatus.Source.SOURCE_AGENT)
                            .setReason(TaskStatus.Reason.REASON_AGENT_DRAINING))
                    .setLatestState(TaskState.TASK_DROPPED)));
  }

  void disconnect() {
    master.handle(new MasterEvent.LinkClosed(master.now, link, "the test closed it"));
  }

  /** Comes back with its id, holding these tasks. */
  void comeBack(Client owner, Task... tasks) {
    Register.Builder register = Messages.register(hostname);
    register.getAgentBuilder().setId(id);
    if (tasks.length > 0) {
      register.addFrameworks(Messages.framework("reported").setId(owner.id));
      register.addAllTasks(List.of(tasks));
    }
    link = master.openLink(register);
  }

  Task held(Client owner, String name, TaskState state) {
    return Task.newBuilder()
        .setName(name)
        .setTaskId(Messages.taskId(name))
        .setFrameworkId(owner.id)
        .setAgentId(id)
        .setState(state)
        .addAllResources(Resources.of("cpus:1;mem:128").toProto(ReservationFormat.REFINED))
        .build();
  }
}
