package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.master.view.ExecutorPlace;
import io.meseta.master.view.OfferView;
import io.meseta.master.view.ViewChange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What differs from the last published view, so that the next one costs that much and no more; and
 * what has happened to tasks meanwhile, each step of it.
 */
final class Touched {

  /**
   * More than happens between two views, but for a core whose views nobody asks for, as in a
   * replay: what happens there must not pile up.
   */
  private static final int MAX_NEWS = 200_000;

  final TreeSet<AgentId> agents = new TreeSet<>();
  final TreeMap<FrameworkId, Parts> frameworks = new TreeMap<>();

  /** Which agents' operations. */
  final TreeSet<AgentId> operations = new TreeSet<>();

  /** Its schedule, or which machines are down. */
  boolean maintenance;

  /** What operators have decided about roles. */
  boolean roles;

  private final List<ViewChange> news = new ArrayList<>();
  private boolean newsComplete = true;

  /** What of one framework. */
  static final class Parts {
    /** The agents of its tasks that differ. */
    final Set<AgentId> tasksOn = new LinkedHashSet<>();

    final TreeSet<ExecutorPlace> executors = new TreeSet<>();

    /** As it was told to the framework; empty for one that is open no more. */
    final TreeMap<OfferId, Optional<OfferView>> offers = new TreeMap<>();
  }

  Parts of(FrameworkId framework) {
    return frameworks.computeIfAbsent(framework, unused -> new Parts());
  }

  void happened(ViewChange change) {
    if (news.size() < MAX_NEWS) {
      news.add(change);
    } else {
      newsComplete = false;
    }
  }

  List<ViewChange> news() {
    return news;
  }

  /** False if more has happened than is kept. */
  boolean newsComplete() {
    return newsComplete;
  }

  boolean isNothing() {
    return agents.isEmpty()
        && frameworks.isEmpty()
        && operations.isEmpty()
        && news.isEmpty()
        && !maintenance
        && !roles;
  }

  void clear() {
    agents.clear();
    frameworks.clear();
    operations.clear();
    news.clear();
    roles = false;
    newsComplete = true;
    maintenance = false;
  }

  /** For the first view of all: everything that there is. */
  void everythingOf(Cluster cluster, Offers offers) {
    maintenance = true;
    operations.addAll(cluster.operations.agents());
    for (Agent agent : cluster.agents.values()) {
      agents.add(agent.id);
      for (ExecutorKey key : agent.executors.keySet()) {
        of(key.framework()).executors.add(new ExecutorPlace(agent.id, key.executor()));
      }
    }
    for (Framework framework : cluster.frameworks.values()) {
      Parts parts = of(framework.id);
      framework.tasks.values().forEach(task -> parts.tasksOn.add(task.agent));
      framework.unreachableTasks.values().forEach(task -> parts.tasksOn.add(task.agent));
      for (OfferId id : framework.offers) {
        Offer offer = cluster.offers.get(id);
        if (offer != null) {
          parts.offers.put(id, Optional.of(offers.view(offer, framework)));
        }
      }
    }
  }
}
