package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Dominant-resource fairness: each agent goes, with everything that is free there, to the role with
 * the smallest weighted dominant share and in it to the framework with the smallest one, among
 * those that {@link OfferRules} let have it. Ties go to who has been served less often, then by
 * name, so that the same facts always give the same grants.
 *
 * <p>What is granted counts in a share like what is in use.
 */
public final class DrfAllocator implements Allocator {
  private final AllocationOptions options;
  private final ClusterTotals totals = new ClusterTotals();
  private final RoleTable roles = new RoleTable(totals);
  private final ClaimNumbers claimNumbers = new ClaimNumbers();
  private final Filters filters = new Filters();
  private final AgentPool agents = new AgentPool();
  private final LinkedHashMap<FrameworkId, FrameworkNode> frameworks = new LinkedHashMap<>();
  private final OfferRules rules;
  private int frameworksWantingOffers;
  private long lastGrant;

  public DrfAllocator(AllocationOptions options) {
    this.options = options;
    this.rules = new OfferRules(options, filters, this::offerLimit);
  }

  @Override
  public List<Grant> allocate(Instant now) {
    agents.touch(filters.expire(now));
    var grants = new ArrayList<Grant>();
    for (AgentPool.Visit visit : agents.takeTouched()) {
      // The first taker gets all that is unreserved; what remains may be reserved for others.
      for (var grant = grant(visit, now); grant != null; grant = grant(visit, now)) {
        open(grant, visit.agent(), now);
        grants.add(grant);
      }
    }
    return grants;
  }

  private @Nullable Grant grant(AgentPool.Visit visit, Instant now) {
    var agent = visit.agent();
    if (agent.free().isEmpty()) {
      return null;
    }
    var filtersThere = filters.of(agent.id());
    if (filtersThere != null) {
      filtersThere.beginVisit(agent.free());
    }
    for (String role : roles.roles()) {
      if (visit.mayBeWantedFor(role)) {
        var free = agent.free().allocatableTo(role);
        var grant = free.isEmpty() ? null : grant(visit, role, filtersThere, now);
        if (grant != null) {
          return grant;
        }
      }
    }
    return null;
  }

  private @Nullable Grant grant(
      AgentPool.Visit visit, String role, Filters.@Nullable OfAgent filtersThere, Instant now) {
    for (FrameworkId id : roles.frameworks(role)) {
      var framework = frameworkOrThrow(id);
      var claim = framework.claim(role);
      if ((filtersThere != null && filtersThere.isHidden(claim)) || !visit.mayBeWantedBy(claim)) {
        continue;
      }
      var candidate = candidate(framework, claim, visit.agent(), now);
      var reason = rules.firstReason(candidate);
      if (reason == null) {
        return candidate.toGrant(++lastGrant);
      }
      if (reason instanceof RefusalReason.OfferLimitReached) {
        framework.setHeldBack(true);
      } else if (reason instanceof RefusalReason.Filtered && filtersThere != null) {
        filtersThere.setHidden(claim);
      }
    }
    return null;
  }

  private static OfferRules.Candidate candidate(
      FrameworkNode framework, Claim claim, AgentNode agent, Instant now) {
    var offerable = framework.understandable(agent.free().allocatableTo(claim.role()));
    return new OfferRules.Candidate(framework, claim, agent, offerable, now);
  }

  private void open(Grant grant, AgentNode agent, Instant now) {
    agent.open(grant, now);
    roles.serve(grant.role(), grant.framework(), grant.resources().quantities());
    frameworkOrThrow(grant.framework()).grantOpened();
  }

  /** Half of the agents are left for others, if there are any and it is not just a few agents. */
  private int offerLimit() {
    if (options.maxOpenOffers() > 0) {
      return options.maxOpenOffers();
    }
    return frameworksWantingOffers < 2
        ? Integer.MAX_VALUE
        : Math.max(AllocationOptions.AUTOMATIC_MINIMUM, (agents.size() + 1) / 2);
  }

  @Override
  public void answer(List<Grant> grants, Resources used, Optional<Refusal> refusal, Instant now) {
    var first = grants.get(0);
    var agent = agents.get(first.agent());
    if (agent == null) {
      return; // Its grants were closed when it was removed.
    }
    var granted = checkAnswer(grants, used, agent);
    for (Grant grant : grants) {
      close(grant, agent);
    }
    if (!used.isEmpty()) {
      agent.use(new Holding(first.framework(), first.role(), used));
      roles.charge(first.role(), first.framework(), used.quantities());
    }
    var rest = granted.minusOrThrow(used);
    if (refusal.isPresent() && !rest.isEmpty()) {
      addFilter(first, rest, refusal.get().duration(), now);
    }
    agents.touch(agent);
  }

  @Override
  public Grant convert(List<Grant> grants, Resources from, Resources to, Instant now) {
    var first = grants.get(0);
    var agent = agents.getOrThrow(first.agent());
    var granted = checkAnswer(grants, from, agent);
    for (Grant grant : grants) {
      close(grant, agent);
    }
    totals.subtract(agent.total().quantities());
    agent.convert(from, to);
    totals.add(agent.total().quantities());
    var converted =
        new Grant(
            ++lastGrant,
            first.framework(),
            first.role(),
            first.agent(),
            granted.minusOrThrow(from).plus(to));
    agent.open(converted, now);
    // Not served again: it has what it had.
    roles.charge(first.role(), first.framework(), converted.resources().quantities());
    frameworkOrThrow(first.framework()).grantOpened();
    return converted;
  }

  private static Resources checkAnswer(List<Grant> grants, Resources used, AgentNode agent) {
    var first = grants.get(0);
    var granted = Resources.EMPTY;
    var seen = new ArrayList<Grant>();
    for (Grant grant : grants) {
      boolean fits =
          grant.agent().equals(first.agent())
              && grant.framework().equals(first.framework())
              && grant.role().equals(first.role());
      if (!fits || seen.contains(grant) || !agent.isOpen(grant)) {
        throw new IllegalStateException("Not open, or not to be answered together: " + grant);
      }
      seen.add(grant);
      granted = granted.plus(grant.resources());
    }
    if (!granted.contains(used)) {
      throw new IllegalStateException("[" + used + "] was not granted, but [" + granted + "]");
    }
    return granted;
  }

  private void addFilter(Grant grant, Resources rest, Duration duration, Instant now) {
    // A shorter one would have ended before the next cycle, as if nothing had been refused.
    var lifetime = duration.compareTo(options.interval()) > 0 ? duration : options.interval();
    var framework = frameworks.get(grant.framework());
    if (framework != null && framework.facts().roles().contains(grant.role())) {
      var scope = new Filters.Scope(framework.claim(grant.role()), grant.agent());
      filters.add(scope, rest, now.plus(lifetime));
      var free = agents.getOrThrow(grant.agent()).free();
      if (rest.contains(free)) {
        // The next visit need not find that out.
        filters.knowHidden(scope, free);
      }
    }
  }

  private void close(Grant grant, AgentNode agent) {
    agent.close(grant);
    roles.release(grant.role(), grant.framework(), grant.resources().quantities());
    var framework = frameworks.get(grant.framework());
    if (framework != null) {
      framework.grantsClosed(1);
      letGoOn(framework);
    }
  }

  /** What it was not offered only because it held too many offers, it may be offered now. */
  private void letGoOn(FrameworkNode framework) {
    if (framework.isHeldBack() && framework.openGrants() < offerLimit()) {
      framework.setHeldBack(false);
      framework.claims().forEach(agents::touchAll);
    }
  }

  @Override
  public void addFramework(FrameworkFacts facts) {
    if (frameworks.containsKey(facts.id())) {
      throw new IllegalStateException("Framework " + facts.id() + " is there already");
    }
    frameworks.put(facts.id(), new FrameworkNode(facts, claimNumbers));
    wishesChanged(facts.id(), facts.roles());
  }

  @Override
  public void updateFramework(FrameworkFacts facts) {
    var framework = frameworkOrThrow(facts.id());
    var all = new TreeSet<>(framework.facts().roles());
    all.addAll(facts.roles());
    framework.claims().forEach(filters::askAgain);
    var gone = framework.setFacts(facts, claimNumbers);
    wishesChanged(facts.id(), all);
    gone.forEach(this::forget);
  }

  @Override
  public void activateFramework(FrameworkId id) {
    var framework = frameworkOrThrow(id);
    framework.setActive(true);
    wishesChanged(id, framework.facts().roles());
  }

  @Override
  public void deactivateFramework(FrameworkId id) {
    var framework = frameworkOrThrow(id);
    framework.setActive(false);
    framework.claims().forEach(filters::clear);
    wishesChanged(id, framework.facts().roles());
  }

  private void forget(Claim claim) {
    filters.clear(claim);
    agents.forget(claim);
    claimNumbers.giveBack(claim);
  }

  @Override
  public void removeFramework(FrameworkId id) {
    var framework = frameworkOrThrow(id);
    framework.setActive(false);
    wishesChanged(id, framework.facts().roles());
    for (AgentNode agent : agents.all()) {
      for (AgentNode.OpenGrant open : List.copyOf(agent.openGrants())) {
        if (open.grant().framework().equals(id)) {
          close(open.grant(), agent);
          agents.touch(agent);
        }
      }
    }
    frameworks.remove(id);
    framework.claims().forEach(this::forget);
  }

  @Override
  public void suppress(FrameworkId id, Collection<String> which) {
    var framework = frameworkOrThrow(id);
    var suppressed = new TreeSet<>(framework.facts().suppressedRoles());
    suppressed.addAll(which.isEmpty() ? framework.facts().roles() : which);
    suppressed.retainAll(framework.facts().roles());
    framework.setSuppressed(suppressed);
    wishesChanged(id, framework.facts().roles());
  }

  @Override
  public void revive(FrameworkId id, Collection<String> which) {
    var framework = frameworkOrThrow(id);
    var revived = new TreeSet<>(which.isEmpty() ? framework.facts().roles() : which);
    var suppressed = new TreeSet<>(framework.facts().suppressedRoles());
    suppressed.removeAll(revived);
    framework.setSuppressed(suppressed);
    framework.claims().stream()
        .filter(claim -> revived.contains(claim.role()))
        .forEach(filters::clear);
    wishesChanged(id, framework.facts().roles());
  }

  @Override
  public void setWeight(String role, long weightMilli) {
    if (weightMilli <= 0) {
      throw new IllegalArgumentException("A weight must be positive: " + weightMilli);
    }
    roles.setWeight(role, weightMilli);
  }

  /** Brings the order of roles and frameworks in line, and has all agents looked at for it. */
  private void wishesChanged(FrameworkId id, Collection<String> which) {
    var framework = frameworkOrThrow(id);
    for (String role : which) {
      boolean wants = framework.wantsOffers(role);
      if (wants && !roles.isActive(role, id)) {
        roles.activate(role, id);
      } else if (!wants && roles.isActive(role, id)) {
        roles.deactivate(role, id);
      }
      if (wants) {
        agents.touchAll(framework.claim(role));
      }
    }
    frameworksWantingOffers =
        (int) frameworks.values().stream().filter(FrameworkNode::wantsOffers).count();
    // With fewer of them each may hold more offers.
    frameworks.values().forEach(this::letGoOn);
  }

  @Override
  public void addAgent(AgentFacts facts, List<Holding> inUse) {
    if (agents.get(facts.id()) != null) {
      throw new IllegalStateException("Agent " + facts.id() + " is there already");
    }
    Holding.conflict(inUse)
        .ifPresent(reason -> {
          throw new IllegalArgumentException("Agent " + facts.id() + ": " + reason);
        });
    var agent = new AgentNode(facts);
    totals.add(facts.total().quantities());
    inUse.forEach(holding -> use(agent, holding));
    agents.add(agent);
  }

  @Override
  public void updateAgent(AgentFacts facts) {
    var agent = agents.getOrThrow(facts.id());
    totals.subtract(agent.total().quantities());
    agent.setFacts(facts);
    totals.add(facts.total().quantities());
    agents.touch(agent);
  }

  @Override
  public void activateAgent(AgentId id) {
    var agent = agents.getOrThrow(id);
    agent.setActive(true);
    agents.touch(agent);
  }

  @Override
  public void deactivateAgent(AgentId id) {
    var agent = agents.getOrThrow(id);
    agent.setActive(false);
    agents.touch(agent);
  }

  @Override
  public void removeAgent(AgentId id) {
    var agent = agents.getOrThrow(id);
    for (AgentNode.OpenGrant open : List.copyOf(agent.openGrants())) {
      close(open.grant(), agent);
    }
    agent
        .inUse()
        .forEach((holder, resources) ->
            roles.release(holder.role(), holder.framework(), resources.quantities()));
    totals.subtract(agent.total().quantities());
    filters.clear(id);
    agents.remove(id);
  }

  @Override
  public void charge(AgentId id, Holding holding) {
    var agent = agents.getOrThrow(id);
    agent
        .conflict(holding.resources())
        .ifPresent(reason -> {
          throw new IllegalArgumentException(reason);
        });
    use(agent, holding);
    agents.touch(agent);
  }

  @Override
  public Optional<String> conflict(AgentId id, Holding holding) {
    return agents.getOrThrow(id).conflict(holding.resources());
  }

  @Override
  public void release(AgentId id, Holding holding) {
    var agent = agents.get(id);
    if (agent == null || holding.resources().isEmpty()) {
      return;
    }
    if (!agent.isUsed(holding)) {
      throw new IllegalStateException("Not in use on agent " + id + ": " + holding);
    }
    agent.endUse(holding);
    roles.release(holding.role(), holding.framework(), holding.resources().quantities());
    agents.touch(agent);
  }

  private void use(AgentNode agent, Holding holding) {
    if (!holding.resources().isEmpty()) {
      agent.use(holding);
      roles.charge(holding.role(), holding.framework(), holding.resources().quantities());
    }
  }

  @Override
  public Optional<Instant> nextFilterExpiry() {
    return filters.nextEnd();
  }

  @Override
  public boolean hasWork() {
    return agents.hasTouched();
  }

  @Override
  public Optional<Explanation> explain(FrameworkId id, Instant now) {
    var framework = frameworks.get(id);
    if (framework == null) {
      return Optional.empty();
    }
    var verdicts = new ArrayList<Explanation.Verdict>();
    for (String role : framework.facts().roles()) {
      for (AgentNode agent : agents.all()) {
        var candidate = candidate(framework, framework.claim(role), agent, now);
        verdicts.add(
            new Explanation.Verdict(
                agent.id(), role, candidate.offerable(), rules.allReasons(candidate)));
      }
    }
    return Optional.of(new Explanation(id, List.copyOf(verdicts)));
  }

  /** What a role has been given and uses, for metrics and views. */
  public Quantities allocated(String role) {
    return roles.allocated(role);
  }

  /** What tasks hold on this agent, as it is charged here; nothing if the agent is not there. */
  public Quantities inUse(AgentId id) {
    var agent = agents.get(id);
    return agent == null
        ? Quantities.EMPTY
        : agent.inUse().values().stream()
            .map(Resources::quantities)
            .reduce(Quantities.EMPTY, Quantities::plus);
  }

  /** How many filters there are, for metrics. */
  public int filterCount() {
    return filters.size();
  }

  /**
   * Adds everything up again from its parts.
   *
   * @throws IllegalStateException when that gives something else than what is kept
   */
  public void assertInvariants() {
    new Audit(agents, frameworks, roles, filters, totals).run();
  }

  /**
   * Adds up the account of one agent alone, which is cheap enough to be done after each event.
   * Nothing happens when the agent is not there.
   *
   * @throws IllegalStateException when that gives something else than what is kept
   */
  public void assertInvariants(AgentId id) {
    var agent = agents.get(id);
    if (agent != null) {
      agent.assertInvariants();
    }
  }

  private FrameworkNode frameworkOrThrow(FrameworkId id) {
    var framework = frameworks.get(id);
    if (framework == null) {
      throw new IllegalStateException("No such framework: " + id);
    }
    return framework;
  }
}
