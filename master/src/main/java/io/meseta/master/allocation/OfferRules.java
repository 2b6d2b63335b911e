package io.meseta.master.allocation;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.Recordable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * May this agent be offered to this framework for this role now? Each rule gives its reason or
 * nothing; a cycle stops at the first reason, an explanation collects all of them.
 */
final class OfferRules {
  /**
   * The question, with what could be offered.
   *
   * @param understandable what is free for the role and the framework can be told of
   * @param offerable what quotas leave of that; the same object when it is all
   */
  record Candidate(
      FrameworkNode framework,
      Claim claim,
      AgentNode agent,
      Resources understandable,
      Resources offerable,
      Instant now) {

    String role() {
      return claim.role.path();
    }

    Grant toGrant(long number) {
      return new Grant(number, claim.framework, role(), agent.id(), offerable);
    }

    @SuppressWarnings("ReferenceEquality") // As documented.
    boolean isCut() {
      return understandable != offerable;
    }
  }

  /** How many open grants a framework may have at this moment. */
  @FunctionalInterface
  interface OfferLimit extends Recordable {
    int get();
  }

  @FunctionalInterface
  private interface Rule extends Recordable {
    @Nullable RefusalReason check(Candidate candidate);
  }

  private final AllocationOptions options;
  private final Filters filters;
  private final Quotas quotas;
  private final OfferLimit offerLimit;

  /** In the order of the decision: what concerns the most, and is cheapest to know, first. */
  private final List<Rule> rules =
      List.of(
          this::agentIsActive,
          this::frameworkIsActive,
          this::roleIsNotSuppressed,
          this::hasAnsweredEnough,
          this::mayUseGpuAgents,
          this::mayUseRemoteAgents,
          this::enoughIsFree,
          this::notRefused,
          // Last, as it may be the dearest: it matches texts.
          this::meetsConstraints);

  /**
   * Rules over facts that others keep.
   *
   * @param offerLimit asked at each decision
   */
  OfferRules(AllocationOptions options, Filters filters, Quotas quotas, OfferLimit offerLimit) {
    this.options = options;
    this.filters = filters;
    this.quotas = quotas;
    this.offerLimit = offerLimit;
  }

  /** What of the agent could be the framework's. */
  Candidate candidate(FrameworkNode framework, Claim claim, AgentNode agent, Instant now) {
    var free = agent.free();
    var understandable =
        free.isForAnybody()
            ? free
            : framework.understandable(free.allocatableTo(claim.role.path()));
    var offerable = quotas.cut(claim.role, understandable);
    return new Candidate(framework, claim, agent, understandable, offerable, now);
  }

  /** No agent can give it anything, whatever is free there. */
  boolean isBlockedByQuota(FrameworkNode framework, Claim claim) {
    return quotas.any()
        && !claim.role.mayHaveReservations()
        && !quotas.allowsAny(claim.role, minimums(framework, claim.role.path()));
  }

  private List<Quantities> minimums(FrameworkNode framework, String role) {
    return framework.facts().minAllocatable().getOrDefault(role, options.minAllocatable());
  }

  /** The first reason against it, or nothing. */
  @Nullable RefusalReason firstReason(Candidate candidate) {
    for (Rule rule : rules) {
      var reason = rule.check(candidate);
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  /**
   * All reasons against it, and where too little is free, who has what is missing.
   *
   * @param wanted where the rules have nothing against the agent, less than this is a reason, too
   */
  List<RefusalReason> allReasons(Candidate candidate, Quantities wanted) {
    var reasons = new ArrayList<RefusalReason>();
    for (Rule rule : rules) {
      var reason = rule.check(candidate);
      if (reason != null) {
        reasons.add(reason);
      }
      if (reason instanceof RefusalReason.BelowMinimum) {
        reasons.addAll(whereTheRestIs(candidate));
      }
    }
    if (reasons.isEmpty() && !candidate.offerable().quantities().contains(wanted)) {
      reasons.add(new RefusalReason.TooSmall(candidate.offerable(), wanted));
      reasons.addAll(whereTheRestIs(candidate));
    }
    return reasons;
  }

  private @Nullable RefusalReason agentIsActive(Candidate candidate) {
    return candidate.agent().isActive() ? null : new RefusalReason.AgentDeactivated();
  }

  private @Nullable RefusalReason frameworkIsActive(Candidate candidate) {
    return candidate.framework().isActive() ? null : new RefusalReason.FrameworkInactive();
  }

  private @Nullable RefusalReason roleIsNotSuppressed(Candidate candidate) {
    return candidate.framework().isSuppressed(candidate.role())
        ? new RefusalReason.Suppressed(candidate.role())
        : null;
  }

  private @Nullable RefusalReason hasAnsweredEnough(Candidate candidate) {
    int open = candidate.framework().openGrantCount();
    int limit = offerLimit.get();
    return open < limit ? null : new RefusalReason.OfferLimitReached(open, limit);
  }

  private @Nullable RefusalReason mayUseGpuAgents(Candidate candidate) {
    return options.gpuAgentsOnlyForGpuFrameworks()
            && candidate.agent().hasGpus()
            && !candidate.framework().facts().has(Capability.Type.GPU_RESOURCES)
        ? new RefusalReason.NeedsCapability(
            Capability.Type.GPU_RESOURCES, candidate.agent().total().named("gpus"))
        : null;
  }

  private @Nullable RefusalReason mayUseRemoteAgents(Candidate candidate) {
    var traits = candidate.agent().traits();
    return traits.isRemote() && !candidate.framework().facts().has(Capability.Type.REGION_AWARE)
        ? new RefusalReason.InAnotherRegion(traits.regionText())
        : null;
  }

  private @Nullable RefusalReason enoughIsFree(Candidate candidate) {
    var minimums = minimums(candidate.framework(), candidate.role());
    var offerable = candidate.offerable();
    if (offerable.isEmpty()) {
      return new RefusalReason.BelowMinimum(offerable, minimums);
    }
    var quantities = offerable.quantities();
    if (minimums.isEmpty()) {
      return null;
    }
    for (Quantities minimum : minimums) {
      if (quantities.contains(minimum)) {
        return null;
      }
    }
    return new RefusalReason.BelowMinimum(offerable, minimums);
  }

  private @Nullable RefusalReason notRefused(Candidate candidate) {
    var filter =
        filters.hiding(
            candidate.claim().number,
            candidate.agent().number,
            candidate.offerable(),
            candidate.now());
    return filter == null ? null : new RefusalReason.Filtered(filter.refused(), filter.until());
  }

  private @Nullable RefusalReason meetsConstraints(Candidate candidate) {
    var constraints = candidate.framework().facts().constraints();
    var traits = candidate.agent().traits();
    return constraints.allows(candidate.role(), traits)
        ? null
        : new RefusalReason.ConstraintsNotMet(candidate.role(), constraints, traits);
  }

  private List<RefusalReason> whereTheRestIs(Candidate candidate) {
    var reasons = new ArrayList<RefusalReason>();
    if (candidate.isCut()) {
      reasons.addAll(quotas.reasons(candidate.claim().role, candidate.understandable()));
    }
    if (!candidate.agent().free().isForAnybody()) {
      reasons.addAll(whatIsNotForIt(candidate));
    }
    for (var open : candidate.agent().openGrants()) {
      var grant = open.grant();
      reasons.add(
          new RefusalReason.Offered(
              grant.framework(), grant.role(), open.since(), grant.resources()));
    }
    candidate
        .agent()
        .inUse()
        .forEach((holder, resources) ->
            reasons.add(new RefusalReason.InUse(holder.framework(), holder.role(), resources)));
    return reasons;
  }

  private static List<RefusalReason> whatIsNotForIt(Candidate candidate) {
    var reasons = new ArrayList<RefusalReason>();
    var role = candidate.role();
    var free = candidate.agent().free();
    var others = free.filter(key -> !key.isAllocatableTo(role));
    if (!others.isEmpty()) {
      var roles =
          others.entries().stream()
              .flatMap(entry -> entry.key().reservationRole().stream())
              .collect(Collectors.toCollection(TreeSet::new));
      reasons.add(new RefusalReason.ReservedForOthers(roles, others));
    }
    var facts = candidate.framework().facts();
    var allocatable = free.allocatableTo(role);
    withheld(facts, Capability.Type.REVOCABLE_RESOURCES, allocatable, ResourceKey::revocable)
        .ifPresent(reasons::add);
    withheld(facts, Capability.Type.SHARED_RESOURCES, allocatable, ResourceKey::shared)
        .ifPresent(reasons::add);
    withheld(facts, Capability.Type.RESERVATION_REFINEMENT, allocatable, ResourceKey::isRefined)
        .ifPresent(reasons::add);
    return reasons;
  }

  private static Optional<RefusalReason> withheld(
      FrameworkFacts framework,
      Capability.Type capability,
      Resources free,
      Predicate<ResourceKey> needsIt) {
    var resources = free.filter(needsIt);
    return framework.has(capability) || resources.isEmpty()
        ? Optional.empty()
        : Optional.of(new RefusalReason.NeedsCapability(capability, resources));
  }
}
