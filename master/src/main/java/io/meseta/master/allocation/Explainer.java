package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers questions about one moment, when they are asked and with the rules that decide: nothing
 * is remembered for it but {@link Waits}. What it costs is proportional to the agents that it looks
 * at.
 */
final class Explainer {
  private final Ledger ledger;
  private final Map<FrameworkId, FrameworkNode> frameworks;
  private final OfferRules rules;

  Explainer(Ledger ledger, Map<FrameworkId, FrameworkNode> frameworks, OfferRules rules) {
    this.ledger = ledger;
    this.frameworks = frameworks;
    this.rules = rules;
  }

  /** Why this framework is not offered more; nothing when it is not there. */
  Optional<Explanation> framework(FrameworkId id, Question question, Instant now) {
    var framework = frameworks.get(id);
    if (framework == null) {
      return Optional.empty();
    }
    var chances = new ArrayList<Explanation.Chance>();
    var leftOut = new ArrayList<String>();
    var standings = new Standings(ledger);
    for (Claim claim : framework.claims()) {
      var role = claim.role.path();
      if (question.role().isEmpty() || question.role().get().equals(role)) {
        if (isAffordable(chances.size(), question)) {
          chances.add(chance(framework, claim, standings, question, now));
        } else {
          leftOut.add(role);
        }
      }
    }
    return Optional.of(new Explanation(id, List.copyOf(chances), List.copyOf(leftOut)));
  }

  private boolean isAffordable(int done, Question question) {
    long looks = question.agent().isPresent() ? 1 : ledger.agents().size();
    return done == 0 || (done + 1) * looks <= question.mostLooks();
  }

  /** How a role and its frameworks fare; nothing when nothing is known of it. */
  Optional<RoleExplanation> role(String path, Question question, Instant now) {
    var role = ledger.tree().find(path);
    if (role == null) {
      return Optional.empty();
    }
    var standings = new Standings(ledger);
    var waiting = new ArrayList<Waiting>();
    var chances = new ArrayList<Explanation.Chance>();
    for (Claim claim : role.claims.values()) {
      var framework = claim.owner;
      if (framework != null) {
        waiting.add(Waits.of(claim, now));
        if (isAffordable(chances.size(), question)) {
          chances.add(chance(framework, claim, standings, question, now));
        }
      }
    }
    return Optional.of(
        new RoleExplanation(
            path,
            role.allocated.quantities(ledger.names()),
            standings.line(role),
            quotas(role),
            List.copyOf(waiting),
            List.copyOf(chances)));
  }

  /** Of each framework that is there, in each of its roles. */
  List<Waiting> waiting(Instant now) {
    var waiting = new ArrayList<Waiting>();
    for (FrameworkNode framework : frameworks.values()) {
      framework.claims().forEach(claim -> waiting.add(Waits.of(claim, now)));
    }
    return Collections.unmodifiableList(waiting);
  }

  private Explanation.Chance chance(
      FrameworkNode framework, Claim claim, Standings standings, Question question, Instant now) {
    var glance = new Glance(question, ledger);
    for (AgentNode agent : agents(question.agent())) {
      var candidate = rules.candidate(framework, claim, agent, now);
      glance.see(candidate, rules.allReasons(candidate, question.wanted()));
    }
    return new Explanation.Chance(
        claim.framework,
        claim.role.path(),
        Waits.of(claim, now),
        standings.line(claim),
        quotas(claim.role),
        glance.summary(),
        glance.verdicts(),
        glance.leftOut());
  }

  private Collection<AgentNode> agents(Optional<AgentId> only) {
    if (only.isEmpty()) {
      return ledger.agents().all();
    }
    var agent = ledger.agents().get(only.get());
    return agent == null ? List.of() : List.of(agent);
  }

  private List<RoleQuota> quotas(RoleNode role) {
    var quotas = new ArrayList<RoleQuota>();
    for (RoleNode each = role; each != null && !each.isRoot(); each = each.above()) {
      if (each.quota.isSet()) {
        quotas.add(RoleQuota.of(each, ledger.names()));
      }
    }
    return List.copyOf(quotas);
  }
}
