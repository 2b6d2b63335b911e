package io.meseta.cli.whatif;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.DrfAllocator;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Holding;
import io.meseta.master.allocation.Question;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One allocation cycle over a snapshot, in which all that is free is offered. */
final class Trial {

  /** It does not matter which: nothing in a snapshot depends on the time. */
  private static final Instant NOW = Instant.EPOCH;

  private final Snapshot snapshot;
  private final DrfAllocator allocator;
  private final List<Grant> grants;
  private final Quantities totals;

  /**
   * Runs it.
   *
   * @throws IllegalArgumentException when a change cannot be made
   */
  Trial(Snapshot before, Changes changes) {
    snapshot = changes.applyTo(before);
    allocator =
        new DrfAllocator(
            AllocationOptions.defaults().withMinAllocatable(snapshot.minAllocatable()));
    changes.weightsMilli().forEach(allocator::setWeight);
    changes.quotas().forEach(allocator::setQuota);
    for (Snapshot.Agent agent : snapshot.agents()) {
      allocator.addAgent(agent.facts(), agent.inUse());
      if (!agent.active()) {
        allocator.deactivateAgent(agent.id());
      }
    }
    for (Snapshot.Framework framework : snapshot.frameworks()) {
      allocator.addFramework(framework.facts());
      if (!framework.active()) {
        allocator.deactivateFramework(framework.id());
      }
    }
    grants = allocator.allocate(NOW);
    totals = sum(snapshot.agents().stream().map(agent -> agent.facts().total()).toList());
  }

  Snapshot snapshot() {
    return snapshot;
  }

  List<Grant> grants() {
    return grants;
  }

  /** What all agents have. */
  Quantities totals() {
    return totals;
  }

  private static Quantities sum(List<Resources> all) {
    return all.stream().map(Resources::quantities).reduce(Quantities.EMPTY, Quantities::plus);
  }

  Quantities inUse(FrameworkId framework) {
    return sum(
        snapshot.agents().stream()
            .flatMap(agent -> agent.inUse().stream())
            .filter(holding -> holding.framework().equals(framework))
            .map(Holding::resources)
            .toList());
  }

  List<Grant> grants(FrameworkId framework) {
    return grants.stream().filter(grant -> grant.framework().equals(framework)).toList();
  }

  Quantities granted(FrameworkId framework) {
    return sum(grants(framework).stream().map(Grant::resources).toList());
  }

  /** The largest part that this is of anything in the cluster, 0 to 1. */
  double share(Quantities amounts) {
    double largest = 0;
    for (Map.Entry<String, Long> amount : amounts.asMap().entrySet()) {
      long total = totals.get(amount.getKey());
      if (total > 0) {
        largest = Math.max(largest, (double) amount.getValue() / (double) total);
      }
    }
    return largest;
  }

  /** What is still free on each agent that is not used up, in the order of the snapshot. */
  Map<AgentId, Resources> unwanted() {
    Map<AgentId, Resources> left = new LinkedHashMap<>();
    for (Snapshot.Agent agent : snapshot.agents()) {
      left.put(agent.id(), agent.facts().total().without(agent.used()));
    }
    for (Grant grant : grants) {
      left.computeIfPresent(grant.agent(), (id, free) -> free.without(grant.resources()));
    }
    left.values().removeIf(Resources::isEmpty);
    return left;
  }

  /** Why each framework was not offered what is left on the agent. */
  List<Explanation.Verdict> verdicts(FrameworkId framework, AgentId agent) {
    return allocator
        .explain(framework, Question.EVERYTHING.withAgent(agent), NOW)
        .map(Explanation::verdicts)
        .orElse(List.of());
  }
}
