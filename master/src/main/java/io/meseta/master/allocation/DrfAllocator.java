package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Hierarchical dominant-resource fairness: each agent goes, with everything that is free there, to
 * the role with the smallest weighted dominant share, in it to the role below it or the framework
 * with the smallest one, and so on, among those that {@link OfferRules} let have it. {@link Cycle}
 * has the decisions in their order.
 *
 * <p>What is granted counts in a share like what is in use.
 */
public final class DrfAllocator implements Allocator {
  private final AllocationOptions options;
  private final Ledger ledger;
  private final Contenders contenders;
  private final Filters filters = new Filters();
  private final Cycle cycle;
  private final LinkedHashMap<FrameworkId, FrameworkNode> frameworks = new LinkedHashMap<>();
  private final Explainer explainer;
  private final ResourcePool pool = new ResourcePool();

  public DrfAllocator(AllocationOptions options) {
    this.options = options;
    this.ledger = new Ledger(options.order());
    this.contenders = new Contenders(ledger, options);
    var rules = new OfferRules(options, filters, ledger.quotas(), contenders::offerLimit);
    this.cycle = new Cycle(ledger, contenders, filters, rules);
    this.explainer = new Explainer(ledger, frameworks, rules);
  }

  // ---- cycles and answers

  @Override
  public List<Grant> allocate(Instant now) {
    return cycle.run(now);
  }

  @Override
  public void answer(List<Grant> grants, Resources used, Optional<Refusal> refusal, Instant now) {
    var first = grants.get(0);
    var agent = ledger.agents().get(first.agent());
    if (agent == null) {
      return; // Its grants were closed when it was removed.
    }
    // Who uses a shared volume leaves it to others, too.
    var rest = checkAnswer(grants, used, agent).minusOrThrow(used.exclusive());
    var since = agent.openSince(first);
    for (Grant grant : grants) {
      close(grant, agent);
    }
    ledger.use(agent, new Holding(first.framework(), first.role(), used));
    var framework = frameworks.get(first.framework());
    if (framework != null && framework.has(first.role())) {
      var claim = framework.claim(first.role());
      if (!used.isEmpty()) {
        contenders.used(claim);
      } else {
        contenders.unused(claim, since, now);
      }
      if (refusal.isPresent() && !rest.isEmpty()) {
        addFilter(claim, agent, rest, refusal.get().duration(), now);
      }
    }
    ledger.agents().touch(agent);
  }

  @Override
  public void takeBack(Grant grant) {
    var agent = ledger.agents().get(grant.agent());
    if (agent != null) {
      checkAnswer(List.of(grant), Resources.EMPTY, agent);
      close(grant, agent);
      ledger.agents().touch(agent);
    }
  }

  private static Resources checkAnswer(List<Grant> grants, Resources used, AgentNode agent) {
    var first = grants.get(0);
    var granted = Resources.EMPTY;
    for (int i = 0; i < grants.size(); i++) {
      var grant = grants.get(i);
      boolean fits =
          grant.agent().equals(first.agent())
              && grant.framework().equals(first.framework())
              && grant.role().equals(first.role());
      if (!fits || grants.indexOf(grant) < i || agent.find(grant) == null) {
        throw new IllegalStateException("Not open, or not to be answered together: " + grant);
      }
      granted = granted.plus(grant.resources());
    }
    if (!granted.contains(used.sharedOnce())) {
      throw new IllegalStateException("[" + used + "] was not granted, but [" + granted + "]");
    }
    return granted;
  }

  private void addFilter(
      Claim claim, AgentNode agent, Resources rest, Duration duration, Instant now) {
    // A shorter one would have ended before the next cycle, as if nothing had been refused.
    var lifetime = duration.compareTo(options.interval()) > 0 ? duration : options.interval();
    filters.add(claim.number, agent.number, rest, now.plus(lifetime));
    // The next visit need not find that out.
    agent.knowInVain(claim, rest);
  }

  private void close(Grant grant, AgentNode agent) {
    ledger.close(grant, agent);
    var framework = frameworks.get(grant.framework());
    if (framework != null) {
      framework.closed(grant);
      contenders.letGoOn(framework);
    }
  }

  @Override
  public Grant convert(List<Grant> grants, Resources from, Resources to, Instant now) {
    var first = grants.get(0);
    var agent = ledger.agents().getOrThrow(first.agent());
    var granted = checkAnswer(grants, from, agent);
    if (!agent.isFreeWithout(granted, from)) {
      throw new IllegalStateException(
          "Agent " + first.agent() + " has shrunk, and has not got [" + from + "] any more");
    }
    var framework = frameworkOrThrow(first.framework());
    for (Grant grant : grants) {
      ledger.close(grant, agent);
      framework.closed(grant);
    }
    var converted =
        new Grant(
            cycle.nextGrantNumber(),
            first.framework(),
            first.role(),
            first.agent(),
            granted.minusOrThrow(from).plus(to));
    var claim = ledger.tree().claim(first.framework(), first.role());
    framework.opened(ledger.convert(converted, claim, agent, from, to, now));
    contenders.letGoOn(framework);
    return converted;
  }

  // ---- frameworks

  @Override
  public void addFramework(FrameworkFacts facts) {
    if (frameworks.containsKey(facts.id())) {
      throw new IllegalStateException("Framework " + facts.id() + " is there already");
    }
    var framework = new FrameworkNode(facts);
    frameworks.put(facts.id(), framework);
    addClaims(framework);
    contenders.wishesChanged(framework);
  }

  private void addClaims(FrameworkNode framework) {
    for (String role : framework.facts().roles()) {
      if (!framework.has(role)) {
        contenders.add(framework, ledger.tree().claim(framework.facts().id(), role));
      }
    }
  }

  @Override
  public void updateFramework(FrameworkFacts facts) {
    var framework = frameworkOrThrow(facts.id());
    framework.setFacts(facts);
    addClaims(framework);
    for (Claim claim : List.copyOf(framework.claims())) {
      if (!facts.roles().contains(claim.role.path())) {
        forget(framework, claim);
      }
    }
    contenders.wishesChanged(framework);
  }

  private void forget(FrameworkNode framework, Claim claim) {
    filters.clearClaim(claim.number);
    contenders.remove(framework, claim);
  }

  @Override
  public void activateFramework(FrameworkId id) {
    var framework = frameworkOrThrow(id);
    framework.setActive(true);
    framework.claims().forEach(contenders::wake);
    contenders.wishesChanged(framework);
  }

  @Override
  public void deactivateFramework(FrameworkId id) {
    var framework = frameworkOrThrow(id);
    framework.setActive(false);
    framework.claims().forEach(claim -> filters.clearClaim(claim.number));
    contenders.wishesChanged(framework);
  }

  @Override
  public void removeFramework(FrameworkId id) {
    var framework = frameworkOrThrow(id);
    framework.setActive(false);
    contenders.wishesChanged(framework);
    for (AgentNode.OpenGrant open : List.copyOf(framework.openGrants())) {
      var agent = ledger.agents().getOrThrow(open.grant().agent());
      close(open.grant(), agent);
      ledger.agents().touch(agent);
    }
    frameworks.remove(id);
    List.copyOf(framework.claims()).forEach(claim -> forget(framework, claim));
    contenders.forget(framework);
  }

  @Override
  public void suppress(FrameworkId id, Collection<String> which) {
    var framework = frameworkOrThrow(id);
    var suppressed = new TreeSet<>(framework.facts().suppressedRoles());
    suppressed.addAll(which.isEmpty() ? framework.facts().roles() : which);
    suppressed.retainAll(framework.facts().roles());
    framework.setSuppressed(suppressed);
    contenders.wishesChanged(framework);
  }

  @Override
  public void revive(FrameworkId id, Collection<String> which) {
    var framework = frameworkOrThrow(id);
    var revived = new TreeSet<>(which.isEmpty() ? framework.facts().roles() : which);
    var suppressed = new TreeSet<>(framework.facts().suppressedRoles());
    suppressed.removeAll(revived);
    framework.setSuppressed(suppressed);
    for (Claim claim : framework.claims()) {
      if (revived.contains(claim.role.path())) {
        filters.clearClaim(claim.number);
        contenders.wake(claim);
      }
    }
    contenders.wishesChanged(framework);
  }

  // ---- roles

  @Override
  public void setWeight(String role, long weightMilli) {
    if (weightMilli <= 0) {
      throw new IllegalArgumentException("A weight must be positive: " + weightMilli);
    }
    ledger.tree().setWeight(role, weightMilli);
  }

  @Override
  public void setQuota(String role, Quota quota) {
    ledger.setQuota(role, quota);
  }

  // ---- agents

  @Override
  public void addAgent(AgentFacts facts, List<Holding> inUse) {
    if (ledger.agents().get(facts.id()) != null) {
      throw new IllegalStateException("Agent " + facts.id() + " is there already");
    }
    Holding.conflict(inUse)
        .ifPresent(reason -> {
          throw new IllegalArgumentException("Agent " + facts.id() + ": " + reason);
        });
    var known = new AgentFacts(facts.id(), pool.share(facts.total()), facts.traits());
    var agent = new AgentNode(ledger.agents().nextNumber(), known, contenders.wishes().now());
    ledger.add(agent, inUse);
    agent.shareFree(pool);
    ledger.agents().touch(agent);
    contenders.letAllGoOn();
  }

  @Override
  public void updateAgent(AgentFacts facts) {
    var agent = ledger.agents().getOrThrow(facts.id());
    ledger.setFacts(agent, new AgentFacts(facts.id(), pool.share(facts.total()), facts.traits()));
  }

  @Override
  public void activateAgent(AgentId id) {
    ledger.setActive(ledger.agents().getOrThrow(id), true);
  }

  @Override
  public void deactivateAgent(AgentId id) {
    ledger.setActive(ledger.agents().getOrThrow(id), false);
  }

  @Override
  public void removeAgent(AgentId id) {
    var agent = ledger.agents().getOrThrow(id);
    for (AgentNode.OpenGrant open : List.copyOf(agent.openGrants())) {
      close(open.grant(), agent);
    }
    filters.clearAgent(agent.number);
    ledger.remove(agent);
  }

  @Override
  public void charge(AgentId id, Holding holding) {
    var agent = ledger.agents().getOrThrow(id);
    agent
        .conflict(holding.resources())
        .ifPresent(reason -> {
          throw new IllegalArgumentException(reason);
        });
    ledger.use(agent, holding);
    ledger.agents().touch(agent);
  }

  @Override
  public Optional<String> conflict(AgentId id, Holding holding) {
    return ledger.agents().getOrThrow(id).conflict(holding.resources());
  }

  @Override
  public void release(AgentId id, Holding holding) {
    var agent = ledger.agents().get(id);
    if (agent == null || holding.resources().isEmpty()) {
      return;
    }
    if (!agent.isUsed(holding)) {
      throw new IllegalStateException("Not in use on agent " + id + ": " + holding);
    }
    ledger.endUse(agent, holding);
    ledger.agents().touch(agent);
  }

  // ---- questions

  @Override
  public Optional<Instant> nextFilterExpiry() {
    return filters.nextEnd();
  }

  @Override
  public boolean hasWork() {
    return ledger.agents().hasTouched() || contenders.mayBeRelaxed();
  }

  @Override
  public Optional<Explanation> explain(FrameworkId id, Question question, Instant now) {
    return explainer.framework(id, question, now);
  }

  @Override
  public Optional<RoleExplanation> explain(String role, Question question, Instant now) {
    return explainer.role(role, question, now);
  }

  @Override
  public List<Waiting> waiting(Instant now) {
    return explainer.waiting(now);
  }

  @Override
  public List<Hoarder> hoarders(Duration longerThan, Instant now) {
    return new Hoarders(ledger, contenders).since(now.minus(longerThan), frameworks.values());
  }

  @Override
  public Quantities totals() {
    return ledger.totals().quantities(ledger.names());
  }

  @Override
  public Quantities consumption(String role) {
    var node = ledger.tree().find(role);
    return node == null ? Quantities.EMPTY : node.quota.consumed.quantities(ledger.names());
  }

  /** What a role has been given and uses, with those below it, for metrics and views. */
  public Quantities allocated(String role) {
    var node = ledger.tree().find(role);
    return node == null ? Quantities.EMPTY : node.allocated.quantities(ledger.names());
  }

  /** What tasks hold on this agent, as it is charged here; nothing if the agent is not there. */
  public Quantities inUse(AgentId id) {
    var agent = ledger.agents().get(id);
    return agent == null
        ? Quantities.EMPTY
        : agent.inUse().values().stream()
            .map(Resources::quantities)
            .reduce(Quantities.EMPTY, Quantities::plus);
  }

  /** All that it keeps of who has what, for checks. */
  Ledger ledger() {
    return ledger;
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
    new Audit(ledger, contenders, frameworks, filters).run();
  }

  /**
   * Adds up the account of one agent alone, which is cheap enough to be done after each event.
   * Nothing happens when the agent is not there.
   *
   * @throws IllegalStateException when that gives something else than what is kept
   */
  public void assertInvariants(AgentId id) {
    var agent = ledger.agents().get(id);
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
