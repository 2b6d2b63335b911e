package io.meseta.master.feed;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.ClusterTotals;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MaintenanceView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.TaskView;
import io.meseta.master.view.TasksByAgent;
import io.meseta.master.view.ViewChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A cluster of which only the views exist: each method is one step and returns the next view. */
final class DrawnCluster {

  private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

  private final String masterId;
  private final TreeMap<AgentId, AgentView> agents = new TreeMap<>();
  private final TreeMap<FrameworkId, FrameworkView> frameworks = new TreeMap<>();
  private long index;

  DrawnCluster(String masterId) {
    this.masterId = masterId;
  }

  /** The next view is not told. */
  void skipView() {
    index++;
  }

  MasterView agentAdded(String id) {
    return agentsAdded(id);
  }

  MasterView agentsAdded(String... ids) {
    List<ViewChange> changes = new ArrayList<>();
    for (String id : ids) {
      AgentView agent = agent(id);
      agents.put(new AgentId(id), agent);
      changes.add(new ViewChange.AgentAdded(agent));
    }
    return view(changes, true);
  }

  MasterView agentRemoved(String id) {
    agents.remove(new AgentId(id));
    return view(List.of(new ViewChange.AgentRemoved(new AgentId(id))), true);
  }

  MasterView frameworkAdded(String id) {
    return frameworkAdded(id, "nobody");
  }

  MasterView frameworkAdded(String id, String user) {
    frameworks.put(new FrameworkId(id), framework(id, user));
    return view(List.of(new ViewChange.FrameworkAdded(framework(id, user))), true);
  }

  /** An agent with something that is reserved for a role. */
  MasterView agentReserved(String id, String role) {
    AgentView agent = agent(id, "cpus:1;mem(" + role + "):64");
    agents.put(new AgentId(id), agent);
    return view(List.of(new ViewChange.AgentAdded(agent)), true);
  }

  /** A framework goes, and with it its task. */
  MasterView frameworkEnds(String id, String task) {
    FrameworkView gone = framework(id, "nobody");
    frameworks.remove(new FrameworkId(id));
    return view(List.of(taskEnded(id, task), new ViewChange.FrameworkRemoved(gone.info())), true);
  }

  private static ViewChange taskEnded(String framework, String task) {
    return new ViewChange.TaskUpdated(
        task(framework, task, TaskState.TASK_KILLED),
        new FrameworkId(framework),
        TaskStatus.newBuilder()
            .setTaskId(TaskID.newBuilder().setValue(task))
            .setState(TaskState.TASK_KILLED)
            .build());
  }

  MasterView frameworkUpdated(String id) {
    return view(List.of(new ViewChange.FrameworkUpdated(framework(id, "nobody"))), true);
  }

  MasterView frameworkRemoved(String id) {
    return view(List.of(new ViewChange.FrameworkRemoved(framework(id, "nobody").info())), true);
  }

  MasterView taskAdded(String framework, String id) {
    return view(
        List.of(new ViewChange.TaskAdded(task(framework, id, TaskState.TASK_STAGING))), true);
  }

  MasterView taskUpdated(String framework, String id, TaskState told, TaskState latest) {
    TaskStatus status =
        TaskStatus.newBuilder().setTaskId(TaskID.newBuilder().setValue(id)).setState(told).build();
    return view(
        List.of(
            new ViewChange.TaskUpdated(
                task(framework, id, latest), new FrameworkId(framework), status)),
        true);
  }

  /** More has happened than is told. */
  MasterView incomplete() {
    return view(List.of(), false);
  }

  private MasterView view(List<ViewChange> changes, boolean complete) {
    index++;
    return new MasterView(
        index,
        Optional.of(MasterInfo.newBuilder().setId(masterId).setIp(1).setPort(5050).build()),
        AT,
        Collections.unmodifiableSortedMap(new TreeMap<>(agents)),
        Collections.unmodifiableSortedMap(new TreeMap<>(frameworks)),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        ClusterTotals.NONE,
        MaintenanceView.NONE,
        new MasterView.Changes(changes, complete));
  }

  private static AgentView agent(String id) {
    return agent(id, "cpus:1");
  }

  private static AgentView agent(String id, String resources) {
    return new AgentView(
        AgentInfo.newBuilder()
            .setId(AgentID.newBuilder().setValue(id))
            .setHostname("host-of-" + id)
            .addAllResources(Resources.of(resources).toProto(ReservationFormat.REFINED))
            .build(),
        AgentView.Standing.CONNECTED,
        false,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        "1",
        "127.0.0.1",
        AT,
        Optional.empty(),
        Resources.of(resources),
        Resources.EMPTY,
        Resources.EMPTY);
  }

  private static FrameworkView framework(String id, String user) {
    return new FrameworkView(
        FrameworkInfo.newBuilder()
            .setId(FrameworkID.newBuilder().setValue(id))
            .setUser(user)
            .setName("name-of-" + id)
            .build(),
        true,
        false,
        AT,
        Optional.empty(),
        Optional.empty(),
        Quantities.EMPTY,
        Quantities.EMPTY,
        Map.of(),
        TasksByAgent.NONE,
        TasksByAgent.NONE,
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        OfferConstraints.getDefaultInstance());
  }

  private static TaskView task(String framework, String id, TaskState state) {
    return new TaskView(
        Task.newBuilder()
            .setName(id)
            .setTaskId(TaskID.newBuilder().setValue(id))
            .setFrameworkId(FrameworkID.newBuilder().setValue(framework))
            .setAgentId(AgentID.newBuilder().setValue("A1"))
            .setState(state)
            .build(),
        "*",
        Resources.EMPTY,
        false);
  }
}
