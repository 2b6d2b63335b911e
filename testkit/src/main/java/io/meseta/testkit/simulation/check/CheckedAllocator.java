package io.meseta.testkit.simulation.check;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.allocation.DrfAllocator;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Hoarder;
import io.meseta.master.allocation.Holding;
import io.meseta.master.allocation.Question;
import io.meseta.master.allocation.Quota;
import io.meseta.master.allocation.Refusal;
import io.meseta.master.allocation.RoleExplanation;
import io.meseta.master.allocation.Waiting;
import io.meseta.master.allocation.constraints.AgentTraits;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The real allocator with somebody who looks over its shoulder: what is granted is nobody else's,
 * and not in use by any container. After each event the books of the agents that it touched are
 * added up again.
 */
final class CheckedAllocator implements Allocator {

  /** Says what is really in use on an agent, if this master is the one that it belongs to. */
  interface Reality {
    @Nullable AgentChecks agentOf(AgentId agent);

    /**
     * With what the agent was welcomed last, as the operations that were ordered have changed it;
     * null if that is not known.
     */
    @Nullable Resources totalOf(AgentId agent);
  }

  private final DrfAllocator real;
  private final String master;
  private final Reality reality;
  private final Map<AgentId, List<Grant>> open = new LinkedHashMap<>();
  private final Map<AgentId, Resources> totals = new LinkedHashMap<>();
  private final Map<AgentId, AgentTraits> traits = new LinkedHashMap<>();
  private final Map<FrameworkId, FrameworkFacts> frameworks = new LinkedHashMap<>();
  private final Map<String, Quota> quotas = new LinkedHashMap<>();
  private final Set<AgentId> touched = new LinkedHashSet<>();
  private final Set<AgentId> active = new HashSet<>();

  CheckedAllocator(DrfAllocator real, String master, Reality reality) {
    this.real = real;
    this.master = master;
    this.reality = reality;
  }

  /** Adds up the books of what was touched since the last time. */
  void checkTouched() {
    if (touched.isEmpty()) {
      return;
    }
    for (AgentId agent : touched) {
      real.assertInvariants(agent);
      checkTotal(agent);
      checkGrants(agent);
    }
    touched.clear();
  }

  /** Whether what is free there may be granted. */
  boolean isActive(AgentId agent) {
    return active.contains(agent);
  }

  int agents() {
    return open.size();
  }

  /** Adds up all books. */
  void checkAll() {
    real.assertInvariants();
    open.keySet().forEach(this::checkGrants);
  }

  /** What the allocator divides is what the agent has, in its newest form. */
  private void checkTotal(AgentId agent) {
    Resources total = reality.totalOf(agent);
    Resources divided = totals.get(agent);
    if (total != null && divided != null && !total.equals(divided)) {
      throw new Violation(
          master + " divides [" + divided + "] of agent " + agent + ", which has [" + total + "]",
          agent.value());
    }
  }

  private void checkRole(Grant grant) {
    for (ResourceEntry entry : grant.resources().entries()) {
      String owner = entry.key().reservationRole().orElse(grant.role());
      if (!isWithin(grant.role(), owner)) {
        throw new Violation(
            master
                + " offers role "
                + grant.role()
                + " what is reserved for "
                + owner
                + ": "
                + grant,
            grant.agent().value());
      }
    }
  }

  private static boolean isWithin(String role, String other) {
    return role.equals(other) || role.startsWith(other + "/");
  }

  /** A role is at or below its limit, if it has just got something that counts. */
  private void checkLimits(Grant grant) {
    Resources counted = grant.resources().filter(key -> key.isUnreserved() && !key.revocable());
    quotas.forEach((role, quota) -> {
      Quantities consumed = real.consumption(role);
      quota
          .limitsMilli()
          .forEach((name, limit) -> {
            if (isWithin(grant.role(), role)
                && counted.scalarMilli(name) > 0
                && consumed.get(name) > limit) {
              throw new Violation(
                  master + " brings role " + role + " to " + consumed + ", over its " + quota,
                  master);
            }
          });
    });
  }

  /** The agent is in reach of the framework and is one that it wants to be offered. */
  private void checkTraits(Grant grant) {
    FrameworkFacts framework = frameworks.get(grant.framework());
    AgentTraits agent = traits.get(grant.agent());
    if (framework == null || agent == null) {
      throw new Violation(master + " grants of or to somebody unknown: " + grant, master);
    }
    if ((agent.isRemote() && !framework.has(Capability.Type.REGION_AWARE))
        || !framework.constraints().allows(grant.role(), agent)) {
      throw new Violation(
          master + " offers framework " + framework + " an agent that is none for it: " + grant,
          grant.agent().value());
    }
  }

  private void checkGrants(AgentId agent) {
    Resources sum = Resources.EMPTY;
    for (Grant grant : open.getOrDefault(agent, List.of())) {
      checkRole(grant);
      if (sum.overlaps(grant.resources())) {
        throw new Violation(
            master + " has offered something of agent " + agent + " twice: " + grant,
            agent.value());
      }
      sum = sum.plus(grant.resources());
    }
    if (sum.isEmpty()) {
      return;
    }
    AgentChecks truth = reality.agentOf(agent);
    Resources total = reality.totalOf(agent);
    if (truth == null || total == null) {
      return;
    }
    Resources used = truth.inUse();
    if (used.overlaps(sum) || !total.contains(used.exclusive().plus(sum))) {
      throw new Violation(
          master
              + " offers ["
              + sum
              + "] of agent "
              + agent
              + ", which has ["
              + total
              + "] and runs containers with ["
              + used
              + "]",
          agent.value(),
          truth.toString());
    }
  }

  @Override
  public void addFramework(FrameworkFacts framework) {
    real.addFramework(framework);
    frameworks.put(framework.id(), framework);
  }

  @Override
  public void updateFramework(FrameworkFacts framework) {
    real.updateFramework(framework);
    frameworks.put(framework.id(), framework);
  }

  @Override
  public void activateFramework(FrameworkId framework) {
    real.activateFramework(framework);
  }

  @Override
  public void deactivateFramework(FrameworkId framework) {
    real.deactivateFramework(framework);
  }

  @Override
  public void removeFramework(FrameworkId framework) {
    real.removeFramework(framework);
    frameworks.remove(framework);
    open.forEach((agent, grants) -> {
      if (grants.removeIf(grant -> grant.framework().equals(framework))) {
        touched.add(agent);
      }
    });
  }

  @Override
  public void suppress(FrameworkId framework, Collection<String> roles) {
    real.suppress(framework, roles);
  }

  @Override
  public void revive(FrameworkId framework, Collection<String> roles) {
    real.revive(framework, roles);
  }

  @Override
  public void setWeight(String role, long weightMilli) {
    real.setWeight(role, weightMilli);
  }

  @Override
  public void setQuota(String role, Quota quota) {
    real.setQuota(role, quota);
    quotas.put(role, quota);
  }

  @Override
  public void addAgent(AgentFacts agent, List<Holding> inUse) {
    real.addAgent(agent, inUse);
    open.put(agent.id(), new ArrayList<>());
    totals.put(agent.id(), agent.total());
    traits.put(agent.id(), agent.traits());
    active.add(agent.id());
    touched.add(agent.id());
  }

  @Override
  public void updateAgent(AgentFacts agent) {
    real.updateAgent(agent);
    totals.put(agent.id(), agent.total());
    traits.put(agent.id(), agent.traits());
    touched.add(agent.id());
  }

  @Override
  public void activateAgent(AgentId agent) {
    real.activateAgent(agent);
    active.add(agent);
  }

  @Override
  public void deactivateAgent(AgentId agent) {
    real.deactivateAgent(agent);
    active.remove(agent);
  }

  @Override
  public void removeAgent(AgentId agent) {
    real.removeAgent(agent);
    open.remove(agent);
    totals.remove(agent);
    traits.remove(agent);
    touched.remove(agent);
    active.remove(agent);
  }

  @Override
  public void charge(AgentId agent, Holding holding) {
    real.charge(agent, holding);
    touched.add(agent);
  }

  @Override
  public Optional<String> conflict(AgentId agent, Holding holding) {
    return real.conflict(agent, holding);
  }

  @Override
  public void release(AgentId agent, Holding holding) {
    real.release(agent, holding);
    if (open.containsKey(agent)) {
      touched.add(agent);
    }
  }

  @Override
  public void answer(List<Grant> grants, Resources used, Optional<Refusal> refusal, Instant now) {
    real.answer(grants, used, refusal, now);
    AgentId agent = grants.get(0).agent();
    List<Grant> ofAgent = open.get(agent);
    if (ofAgent != null) {
      ofAgent.removeAll(grants);
      touched.add(agent);
    }
  }

  @Override
  public void takeBack(Grant grant) {
    real.takeBack(grant);
    List<Grant> ofAgent = open.get(grant.agent());
    if (ofAgent != null) {
      ofAgent.remove(grant);
      touched.add(grant.agent());
    }
  }

  @Override
  public Grant convert(List<Grant> grants, Resources from, Resources to, Instant now) {
    if (!from.quantities().equals(to.quantities())) {
      throw new Violation(master + " converts [" + from + "] to [" + to + "]", master);
    }
    Grant converted = real.convert(grants, from, to, now);
    List<Grant> ofAgent = open.get(converted.agent());
    if (ofAgent != null) {
      ofAgent.removeAll(grants);
      ofAgent.add(converted);
      touched.add(converted.agent());
    }
    totals.computeIfPresent(converted.agent(), (agent, total) -> total.minusOrThrow(from).plus(to));
    return converted;
  }

  @Override
  public List<Grant> allocate(Instant now) {
    List<Grant> grants = real.allocate(now);
    for (Grant grant : grants) {
      open.computeIfAbsent(grant.agent(), ignored -> new ArrayList<>()).add(grant);
      touched.add(grant.agent());
      checkLimits(grant);
      checkTraits(grant);
    }
    Optional<Instant> nextEnd = real.nextFilterExpiry();
    if (nextEnd.isPresent() && !nextEnd.get().isAfter(now)) {
      throw new Violation(
          master + " keeps a filter that ended at " + nextEnd.get() + ", and it is " + now, master);
    }
    return grants;
  }

  /** What is charged for tasks on this agent. */
  Quantities charged(AgentId agent) {
    return real.inUse(agent);
  }

  @Override
  public Quantities totals() {
    return real.totals();
  }

  @Override
  public Quantities consumption(String role) {
    return real.consumption(role);
  }

  @Override
  public Optional<Instant> nextFilterExpiry() {
    return real.nextFilterExpiry();
  }

  @Override
  public boolean hasWork() {
    return real.hasWork();
  }

  @Override
  public Optional<Explanation> explain(FrameworkId framework, Question question, Instant now) {
    return real.explain(framework, question, now);
  }

  @Override
  public Optional<RoleExplanation> explain(String role, Question question, Instant now) {
    return real.explain(role, question, now);
  }

  @Override
  public List<Waiting> waiting(Instant now) {
    return real.waiting(now);
  }

  @Override
  public List<Hoarder> hoarders(Duration longerThan, Instant now) {
    return real.hoarders(longerThan, now);
  }
}
