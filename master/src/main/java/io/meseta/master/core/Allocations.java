package io.meseta.master.core;

import io.meseta.api.v1.Filters;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Holding;
import io.meseta.master.allocation.Refusal;
import io.meseta.master.allocation.constraints.AgentTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells the allocator the facts, and says when it allocates. */
final class Allocations {

  private final Cluster cluster;
  private boolean soon;

  Allocations(Cluster cluster) {
    this.cluster = cluster;
  }

  // ---- when ----

  /** Something was freed or is wanted: allocate when the events at hand are handled. */
  void soon() {
    if (!soon) {
      soon = true;
      cluster.outbox.setTimer(new MasterTimer.AllocateNow(), Duration.ZERO);
    }
  }

  List<Grant> allocate(Instant at) {
    soon = false;
    return cluster.allocator.allocate(at);
  }

  // ---- frameworks ----

  /** A framework without a stream; {@link #activate} makes it one that gets offers. */
  void addFramework(Framework framework) {
    cluster.allocator.addFramework(facts(framework));
    cluster.allocator.deactivateFramework(framework.id);
  }

  void updateFramework(Framework framework) {
    cluster.allocator.updateFramework(facts(framework));
  }

  void activate(Framework framework) {
    cluster.allocator.updateFramework(facts(framework));
    cluster.allocator.activateFramework(framework.id);
    soon();
  }

  void deactivate(Framework framework) {
    cluster.allocator.deactivateFramework(framework.id);
  }

  void removeFramework(Framework framework) {
    cluster.allocator.removeFramework(framework.id);
  }

  private static FrameworkFacts facts(Framework framework) {
    return FrameworkFacts.of(
        framework.id, framework.info, framework.suppressedRoles, framework.constraints);
  }

  // ---- agents ----

  /** The agent may be granted from, beside what its tasks and executors hold. */
  void addAgent(Agent agent) {
    List<Holding> inUse = tasksHoldings(agent);
    agent.executors.values().forEach(executor -> inUse.add(executor.holding()));
    cluster.allocator.addAgent(facts(agent), inUse);
    agent.allocatable = true;
    if (agent.isOfferable()) {
      soon();
    } else {
      cluster.allocator.deactivateAgent(agent.id);
    }
  }

  /** One for all tasks of a framework and a role that come one after another. */
  private static List<Holding> tasksHoldings(Agent agent) {
    List<Holding> holdings = new ArrayList<>();
    List<Resources> run = new ArrayList<>();
    MasterTask last = null;
    for (MasterTask task : agent.tasks.values()) {
      if (task.released) {
        continue;
      }
      if (last != null && !(last.framework.equals(task.framework) && last.role.equals(task.role))) {
        holdings.add(new Holding(last.framework, last.role, Resources.sum(run)));
        run.clear();
      }
      run.add(task.resources);
      last = task;
    }
    if (last != null) {
      holdings.add(new Holding(last.framework, last.role, Resources.sum(run)));
    }
    return holdings;
  }

  /** Operations have made something else of a part of what is free there. */
  void updateAgent(Agent agent) {
    if (agent.allocatable) {
      cluster.allocator.updateAgent(facts(agent));
      soon();
    }
  }

  private AgentFacts facts(Agent agent) {
    AgentTraits traits = AgentTraits.of(agent.info).seenFrom(cluster.self.getDomain());
    return new AgentFacts(agent.id, agent.total, traits);
  }

  /** What is free there may be granted again, if it is there and in service. */
  void activateAgent(Agent agent) {
    if (agent.allocatable && agent.isOfferable()) {
      cluster.allocator.activateAgent(agent.id);
      soon();
    }
  }

  void deactivateAgent(Agent agent) {
    if (agent.allocatable) {
      cluster.allocator.deactivateAgent(agent.id);
    }
  }

  /** Its offers have been taken back before. */
  void removeAgent(Agent agent) {
    if (agent.allocatable) {
      agent.allocatable = false;
      cluster.allocator.removeAgent(agent.id);
    }
  }

  // ---- what is held ----

  /** A task has ended. */
  void release(MasterTask task) {
    cluster.allocator.release(task.agent, task.holding());
    soon();
  }

  /** An executor has ended. */
  void release(Agent agent, MasterExecutor executor) {
    cluster.allocator.release(agent.id, executor.holding());
    soon();
  }

  /** Offers were answered; what is not used goes back, hidden for as long as the filter says. */
  void answer(List<Offer> offers, Resources used, Filters filters, Instant at) {
    cluster.allocator.answer(
        offers.stream().map(Offer::grant).toList(),
        used,
        Refusal.ofSeconds(filters.getRefuseSeconds()),
        at);
  }

  /**
   * Operations have made something else of a part of what is granted: the grants become one, and
   * the agent's total changes alike.
   */
  Grant convert(List<Grant> grants, Resources from, Resources to, Instant at) {
    return cluster.allocator.convert(grants, from, to, at);
  }

  /** As {@link #answer(List, Resources, Filters, Instant)}, for one grant that nobody refuses. */
  void use(Grant grant, Resources used, Instant at) {
    if (used.isEmpty()) {
      cluster.allocator.takeBack(grant);
    } else {
      cluster.allocator.answer(List.of(grant), used, Optional.empty(), at);
    }
    soon();
  }

  /** An offer was taken back: nobody refused anything. */
  void takeBack(Offer offer, Instant at) {
    cluster.allocator.takeBack(offer.grant());
    soon();
  }
}
