package io.meseta.master.core;

import io.meseta.api.v1.DrainInfo;
import io.meseta.api.v1.DrainState;
import io.meseta.api.v1.Task;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.Resources;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps the picture that readers see in step with one term. Only what changed since the last
 * picture is drawn anew; the rest is shared.
 */
final class Views {

  private final Slices slices;
  private final Cluster cluster;
  private final Instant leadingSince;
  private final TreeMap<AgentId, AgentView> agents = new TreeMap<>();
  private final TreeMap<FrameworkId, FrameworkView> frameworks = new TreeMap<>();
  private final TreeMap<FrameworkId, FrameworkView> completed = new TreeMap<>();

  /** False in a core that was restored from a recording: its first picture is a whole one. */
  private transient boolean published;

  Views(Slices slices, Instant leadingSince) {
    this.slices = slices;
    this.cluster = slices.cluster();
    this.leadingSince = leadingSince;
  }

  /** The picture of now; empty if nothing has changed since the last one. */
  Optional<MasterView> refresh() {
    Cluster.Changes changes = cluster.changes;
    if (published && changes.agents.isEmpty() && changes.frameworks.isEmpty()) {
      return Optional.empty();
    }
    changes.agents.forEach(this::redrawAgent);
    changes.frameworks.forEach(this::redrawFramework);
    changes.agents.clear();
    changes.frameworks.clear();
    completed.keySet().retainAll(cluster.completedInFull);
    published = true;
    return Optional.of(
        new MasterView(
            Optional.of(cluster.self),
            leadingSince,
            Collections.unmodifiableSortedMap(new TreeMap<>(agents)),
            Collections.unmodifiableSortedMap(new TreeMap<>(frameworks)),
            Collections.unmodifiableSortedMap(new TreeMap<>(completed))));
  }

  private void redrawAgent(AgentId id) {
    Agent agent = cluster.agents.get(id);
    if (agent == null) {
      agents.remove(id);
      return;
    }
    Resources used = Resources.EMPTY;
    for (MasterTask task : agent.tasks.values()) {
      if (!task.released) {
        used = used.plus(task.resources);
      }
    }
    for (MasterExecutor executor : agent.executors.values()) {
      used = used.plus(executor.resources());
    }
    agents.put(
        id,
        new AgentView(
            agent.info,
            AgentView.Standing.valueOf(agent.state().name()),
            agent.deactivated,
            agent.degraded,
            drain(agent),
            agent.version,
            agent.ip,
            agent.registeredAt,
            agent.reregisteredAt,
            agent.total,
            used,
            offered(agent.offers)));
  }

  private static Optional<AgentView.Draining> drain(Agent agent) {
    DrainState state =
        switch (agent.drain()) {
          case NONE -> null;
          case DRAINING -> DrainState.DRAINING;
          case DRAINED -> DrainState.DRAINED;
        };
    return state == null
        ? Optional.empty()
        : Optional.of(
            new AgentView.Draining(
                DrainInfo.newBuilder().setState(state).setConfig(agent.drainConfig).build(),
                agent.drainSince.orElse(agent.registeredAt)));
  }

  private void redrawFramework(FrameworkId id) {
    Framework framework = cluster.frameworks.get(id);
    if (framework != null) {
      frameworks.put(id, draw(framework));
      return;
    }
    FrameworkView last = frameworks.remove(id);
    if (last != null && cluster.completedInFull.contains(id)) {
      completed.put(id, ended(last));
    }
  }

  private FrameworkView draw(Framework framework) {
    Resources used = Resources.EMPTY;
    List<Task> tasks = new ArrayList<>(framework.tasks.size());
    for (MasterTask task : framework.tasks.values()) {
      tasks.add(task.description());
      if (!task.released) {
        used = used.plus(task.resources);
      }
    }
    for (MasterExecutor executor : executorsOf(framework)) {
      used = used.plus(executor.resources());
    }
    List<io.meseta.api.v1.Offer> offers = new ArrayList<>();
    for (OfferId id : framework.offers) {
      Offer offer = cluster.offers.get(id);
      if (offer != null) {
        offers.add(slices.offers().describe(offer, framework));
      }
    }
    return new FrameworkView(
        framework.info,
        framework.isConnected(),
        framework.state() == FrameworkState.RECOVERED,
        framework.registeredAt,
        framework.reregisteredAt,
        used,
        offered(framework.offers),
        Collections.unmodifiableList(tasks),
        framework.unreachableTasks.values().stream().map(MasterTask::description).toList(),
        List.copyOf(framework.completedTasks),
        Collections.unmodifiableList(offers));
  }

  private List<MasterExecutor> executorsOf(Framework framework) {
    List<MasterExecutor> found = new ArrayList<>();
    for (Agent agent : cluster.agents.values()) {
      if (!agent.executors.isEmpty()) {
        agent.executors.values().stream()
            .filter(executor -> executor.key().framework().equals(framework.id))
            .forEach(found::add);
      }
    }
    return found;
  }

  private static FrameworkView ended(FrameworkView last) {
    List<Task> all = new ArrayList<>(last.completedTasks());
    all.addAll(last.tasks());
    return new FrameworkView(
        last.info(),
        false,
        false,
        last.registeredAt(),
        last.reregisteredAt(),
        Resources.EMPTY,
        Resources.EMPTY,
        List.of(),
        List.of(),
        Collections.unmodifiableList(all),
        List.of());
  }

  private Resources offered(Collection<OfferId> ids) {
    Resources sum = Resources.EMPTY;
    for (OfferId id : ids) {
      Offer offer = cluster.offers.get(id);
      if (offer != null) {
        sum = sum.plus(offer.resources());
      }
    }
    return sum;
  }
}
