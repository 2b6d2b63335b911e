package io.meseta.benchmarks.reads;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Label;
import io.meseta.api.v1.Labels;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.master.Call;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.master.Occurrences;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.core.MasterCore;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.http.AgentMessages;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.view.MasterView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A master's core with agents that have registered, as in Mesos's benchmarks: {@code cpus:20;
 * mem:10240}, the same frameworks on all of them, tasks of {@code cpus:.1;mem:5} with ten labels.
 * Registry writes come back at once. Not thread-safe, but for the view.
 */
final class FakeCluster {

  private static final int LABELS = 10;
  private static final int MOST_COMPLETED = 1_000;

  private static final List<Resource> TASK_RESOURCES = protos("cpus:0.1;mem:5");

  private final AgentMessages messages = new AgentMessages();
  private final MasterCore core =
      new MasterCore(MasterSettings.DEFAULTS, new DrfAllocators(AllocationOptions.defaults()));
  private final Occurrences occurrences = new Occurrences();
  private volatile MasterView view = MasterView.notLeading();
  private long nextId = 1;
  private Task toUpdate = Task.getDefaultInstance();
  private long linkToUpdate;
  private long updates;

  /**
   * What there is.
   *
   * @param running frameworks that run tasks on every agent
   * @param tasks of each of them on each agent
   * @param completed frameworks that have had as many tasks on every agent, and are gone; a
   *     thousand tasks of each are remembered
   */
  record Size(int agents, int running, int tasks, int completed) {}

  FakeCluster(Size size) {
    handle(
        new MasterEvent.LeadershipGained(
            Instant.now(),
            MasterInfo.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setIp(16777343)
                .setPort(5050)
                .setPid("master@127.0.0.1:5050")
                .setHostname("127.0.0.1")
                .build(),
            RegistrySnapshot.empty()));
    for (int agent = 0; agent < size.agents; agent++) {
      register(agent, size);
    }
    for (int i = 0; i < size.completed; i++) {
      tearDown(id("completed" + i));
    }
    publish();
  }

  private static List<Resource> protos(String text) {
    return Resources.of(text).toProto(ReservationFormat.REFINED);
  }

  /** As in Mesos, or more where the tasks need it: who holds more than there is is not admitted. */
  private static List<Resource> agentResources(Size size) {
    int tasks = (size.running + size.completed) * size.tasks;
    return protos("cpus:" + Math.max(20, tasks / 10 + 1) + ";mem:" + Math.max(10_240, tasks * 5));
  }

  private static FrameworkID id(String name) {
    return FrameworkID.newBuilder().setValue(name).build();
  }

  private void register(int number, Size size) {
    Register.Builder register =
        Register.newBuilder()
            .setAgent(
                AgentInfo.newBuilder()
                    .setId(AgentID.newBuilder().setValue("agent" + number))
                    .setHostname("agent" + number)
                    .setPort(5051)
                    .addAllResources(agentResources(size)))
            .setVersion("1.0")
            .setProcessId("process" + number)
            .setIp("127.0.0.1");
    for (int i = 0; i < size.running; i++) {
      add("framework" + i, size.tasks, number, register);
    }
    boolean remembered = number * size.tasks < MOST_COMPLETED;
    for (int i = 0; i < size.completed && remembered; i++) {
      add("completed" + i, size.tasks, number, register);
    }
    long link = nextId++;
    if (linkToUpdate == 0 && register.getTasksCount() > 0) {
      linkToUpdate = link;
      toUpdate = register.getTasks(0);
    }
    byte[] sent = AgentMessage.newBuilder().setRegister(register).build().toByteArray();
    try {
      handle(new MasterEvent.AgentMessageReceived(Instant.now(), link, messages.parse(sent)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what was made here cannot be read", e);
    }
  }

  private static void add(String framework, int tasks, int agent, Register.Builder register) {
    register.addFrameworks(
        FrameworkInfo.newBuilder()
            .setId(id(framework))
            .setName(framework)
            .setUser("user")
            .setFailoverTimeout(1e6));
    for (int i = 0; i < tasks; i++) {
      register.addTasks(task(framework, agent));
    }
  }

  private static Task task(String framework, int agent) {
    Labels.Builder labels = Labels.newBuilder();
    for (int i = 0; i < LABELS; i++) {
      labels.addLabels(Label.newBuilder().setKey("key" + i).setValue("value" + i));
    }
    return Task.newBuilder()
        .setName("test-task")
        .setTaskId(TaskID.newBuilder().setValue(UUID.randomUUID().toString()))
        .setFrameworkId(id(framework))
        .setAgentId(AgentID.newBuilder().setValue("agent" + agent))
        .setState(TaskState.TASK_RUNNING)
        .addAllResources(TASK_RESOURCES)
        .setLabels(labels)
        .build();
  }

  private void tearDown(FrameworkID framework) {
    handle(
        new MasterEvent.OperatorCallReceived(
            Instant.now(),
            nextId++,
            Call.newBuilder()
                .setType(Call.Type.TEARDOWN)
                .setTeardown(Call.Teardown.newBuilder().setFrameworkId(framework))
                .build()));
  }

  /** Something small happens: from now on there is another view. */
  void change() {
    TaskStatus status =
        TaskStatus.newBuilder()
            .setTaskId(toUpdate.getTaskId())
            .setState(TaskState.TASK_RUNNING)
            .setHealthy(updates % 2 == 0)
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
            .setTimestamp(1.7e9)
            .setUuid(ByteString.copyFrom(("update" + updates++).getBytes(StandardCharsets.UTF_8)))
            .build();
    handle(
        new MasterEvent.AgentMessageReceived(
            Instant.now(),
            linkToUpdate,
            AgentMessage.newBuilder()
                .setStatusUpdate(
                    StatusUpdate.newBuilder()
                        .setFrameworkId(toUpdate.getFrameworkId())
                        .setStatus(status)
                        .setLatestState(TaskState.TASK_RUNNING))
                .build()));
    MasterView before = view;
    publish();
    if (before.index() == view.index()) {
      throw new IllegalStateException("nothing has changed: the same answer would be measured");
    }
  }

  private void handle(MasterEvent event) {
    List<MasterEffect> effects = new ArrayList<>(core.handle(event));
    for (MasterEffect effect : effects) {
      if (effect instanceof MasterEffect.WriteRegistry write) {
        handle(
            new MasterEvent.RegistryWriteEnded(
                Instant.now(), write.writeId(), new RegistryOutcome.Written()));
      }
    }
  }

  private void publish() {
    core.refreshView()
        .ifPresent(newest -> {
          view = newest;
          occurrences.count(newest.changes());
        });
  }

  MasterView view() {
    return view;
  }

  Occurrences occurrences() {
    return occurrences;
  }
}
