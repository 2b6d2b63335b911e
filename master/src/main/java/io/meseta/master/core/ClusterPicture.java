package io.meseta.master.core;

import io.meseta.api.v1.DrainInfo;
import io.meseta.api.v1.DrainState;
import io.meseta.api.v1.Operation;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.Resources;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MaintenanceView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.RoleView;
import io.meseta.master.view.ViewChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * The cluster as readers see it, kept in step with what is touched. Its maps are persistent ones: a
 * picture that was given out stays as it is, and the next one shares all but what has changed.
 */
final class ClusterPicture {

  private final Cluster cluster;
  private final TotalsPicture totals = new TotalsPicture();
  private final TreeMap<FrameworkId, FrameworkPicture> pictures = new TreeMap<>();
  private PSortedMap<AgentId, AgentView> agents = TreePMap.empty();
  private PSortedMap<FrameworkId, FrameworkView> frameworks = TreePMap.empty();
  private PSortedMap<FrameworkId, FrameworkView> completed = TreePMap.empty();
  private PSortedMap<AgentId, List<Operation>> operations = TreePMap.empty();
  private MaintenanceView maintenance = MaintenanceView.NONE;
  private SortedMap<String, RoleView> roles = Collections.emptySortedMap();
  private final List<ViewChange> appeared = new ArrayList<>();
  private final List<ViewChange> disappeared = new ArrayList<>();

  ClusterPicture(Cluster cluster) {
    this.cluster = cluster;
  }

  void redraw(Touched touched, RolePolicies rolePolicies) {
    if (touched.roles) {
      roles = rolePolicies.inForce();
    }
    touched.agents.forEach(this::redraw);
    touched.frameworks.forEach(this::redraw);
    touched.operations.forEach(this::redrawOperations);
    for (FrameworkId id : completed.keySet()) {
      if (!cluster.completedInFull.containsKey(id)) {
        completed = completed.minus(id);
      }
    }
  }

  void redraw(MaintenanceView now) {
    maintenance = now;
  }

  /** Who comes is told before what happened to tasks, and who goes is told after it. */
  MasterView.Changes changes(Touched touched) {
    List<ViewChange> all = new ArrayList<>(appeared);
    all.addAll(touched.news());
    all.addAll(disappeared);
    appeared.clear();
    disappeared.clear();
    return new MasterView.Changes(Collections.unmodifiableList(all), touched.newsComplete());
  }

  MasterView view(long index, Instant leadingSince, MasterView.Changes changes) {
    return new MasterView(
        index,
        Optional.of(cluster.self),
        leadingSince,
        Collections.unmodifiableSortedMap(agents),
        Collections.unmodifiableSortedMap(frameworks),
        Collections.unmodifiableSortedMap(completed),
        Collections.unmodifiableSortedMap(operations),
        roles,
        totals.now(),
        maintenance,
        changes);
  }

  private void redrawOperations(AgentId agent) {
    List<Operation> now = cluster.operations.shown(agent);
    operations = now.isEmpty() ? operations.minus(agent) : operations.plus(agent, now);
  }

  // ---- agents ----

  private void redraw(AgentId id) {
    Agent agent = cluster.agents.get(id);
    AgentView before = agents.get(id);
    AgentView now = agent == null ? null : view(agent);
    totals.change(before, now);
    if (now != null) {
      agents = agents.plus(id, now);
    } else {
      agents = agents.minus(id);
    }
    boolean wasThere = before != null && isMember(before);
    boolean isThere = now != null && isMember(now);
    if (now != null && isThere && (!wasThere || hasRegistered(before, now))) {
      appeared.add(new ViewChange.AgentAdded(now));
    } else if (wasThere && !isThere) {
      disappeared.add(new ViewChange.AgentRemoved(id));
    }
  }

  private static boolean isMember(AgentView agent) {
    return switch (agent.standing()) {
      case CONNECTED, DISCONNECTED -> true;
      case RECOVERED, UNREACHABLE, GONE -> false;
    };
  }

  private static boolean hasRegistered(@Nullable AgentView before, AgentView now) {
    return before != null && !before.reregisteredAt().equals(now.reregisteredAt());
  }

  private AgentView view(Agent agent) {
    List<Resources> used = new ArrayList<>(agent.tasks.size());
    for (MasterTask task : agent.tasks.values()) {
      if (!task.released) {
        used.add(task.resources);
      }
    }
    for (MasterExecutor executor : agent.executors.values()) {
      used.add(executor.resources());
    }
    List<Resources> offered = new ArrayList<>(agent.offers.size());
    for (OfferId id : agent.offers) {
      Offer offer = cluster.offers.get(id);
      if (offer != null) {
        offered.add(offer.resources());
      }
    }
    return new AgentView(
        agent.info,
        AgentView.Standing.valueOf(agent.state().name()),
        agent.deactivated,
        agent.degraded,
        drain(agent),
        List.copyOf(agent.inverseOfferAnswers.values()),
        agent.version,
        agent.ip,
        agent.registeredAt,
        agent.reregisteredAt,
        agent.total,
        Resources.sum(used),
        Resources.sum(offered));
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

  // ---- frameworks ----

  private void redraw(FrameworkId id, Touched.Parts touched) {
    Framework framework = cluster.frameworks.get(id);
    if (framework == null) {
      removed(id);
      return;
    }
    FrameworkPicture picture = pictures.computeIfAbsent(id, unused -> new FrameworkPicture(totals));
    FrameworkView before = picture.last();
    FrameworkView now = picture.redraw(framework, touched, cluster);
    frameworks = frameworks.plus(id, now);
    if (before == null) {
      appeared.add(new ViewChange.FrameworkAdded(now));
    } else if (!before.info().equals(now.info())
        || before.connected() != now.connected()
        || !before.reregisteredAt().equals(now.reregisteredAt())) {
      appeared.add(new ViewChange.FrameworkUpdated(now));
    }
  }

  private void removed(FrameworkId id) {
    FrameworkPicture picture = pictures.remove(id);
    frameworks = frameworks.minus(id);
    if (picture == null) {
      return;
    }
    Instant at = cluster.completedInFull.get(id);
    picture
        .ended(at == null ? Instant.EPOCH : at)
        .ifPresent(ended -> {
          disappeared.add(new ViewChange.FrameworkRemoved(ended.info()));
          if (at != null) {
            completed = completed.plus(id, ended);
          }
        });
  }
}
