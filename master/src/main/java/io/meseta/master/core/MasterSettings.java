package io.meseta.master.core;

import io.meseta.common.acl.Authorizer;
import io.meseta.common.resources.Quantities;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.AllocationOrder;
import io.meseta.master.allocation.constraints.ConstraintLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How the core behaves.
 *
 * @param allocationInterval between two regular allocations
 * @param offerTimeout after which an unanswered offer is rescinded; empty is never
 * @param maxOpenOffers how many offers one framework may leave unanswered, as in {@link
 *     io.meseta.master.allocation.AllocationOptions}
 * @param minAllocatable an offer has to contain any one of these amounts, where its framework does
 *     not say otherwise; empty is any offer
 * @param allocationOrder which agents are given away first
 * @param heartbeatInterval on event streams; told to frameworks
 * @param agentPingTimeout between two pings of an agent
 * @param maxAgentPingTimeouts so many pings unanswered make an agent unreachable
 * @param agentReregisterTimeout for agents and frameworks to come back to a new leader
 * @param agentRemovalRateLimit how fast silent agents become unreachable; empty is at once
 * @param maxCompletedFrameworks shown to readers in full; see {@link RegistryLimits} for how many
 *     are refused when they subscribe again
 * @param maxCompletedTasksPerFramework remembered for reads
 * @param rootSubmissions whether frameworks may run as root
 * @param offerConstraintLimits for regular expressions that frameworks send
 * @param registry how much of the past the registry keeps
 * @param recoveryAgentRemovalLimitPercent if more than this part of the agents does not come back
 *     to a new leader, none of them becomes unreachable (decision 0033)
 * @param authorizer what frameworks' principals may do
 */
public record MasterSettings(
    Duration allocationInterval,
    Optional<Duration> offerTimeout,
    int maxOpenOffers,
    List<Quantities> minAllocatable,
    AllocationOrder allocationOrder,
    Duration heartbeatInterval,
    Duration agentPingTimeout,
    int maxAgentPingTimeouts,
    Duration agentReregisterTimeout,
    Optional<RateLimit> agentRemovalRateLimit,
    int maxCompletedFrameworks,
    int maxCompletedTasksPerFramework,
    boolean rootSubmissions,
    ConstraintLimits offerConstraintLimits,
    RegistryLimits registry,
    int recoveryAgentRemovalLimitPercent,
    Authorizer authorizer) {

  public MasterSettings {
    minAllocatable = List.copyOf(minAllocatable);
    if (recoveryAgentRemovalLimitPercent < 0 || recoveryAgentRemovalLimitPercent > 100) {
      throw new IllegalArgumentException(
          "--recovery_agent_removal_limit is from 0% to 100%, not "
              + recoveryAgentRemovalLimitPercent
              + "%");
    }
  }

  /** As Mesos, except that an offer is rescinded when it stays unanswered (decision 0006). */
  public static final MasterSettings DEFAULTS =
      new MasterSettings(
          Duration.ofSeconds(1),
          Optional.of(Duration.ofSeconds(60)),
          0,
          AllocationOptions.defaults().minAllocatable(),
          AllocationOptions.defaults().order(),
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          5,
          Duration.ofMinutes(10),
          Optional.empty(),
          50,
          1000,
          true,
          ConstraintLimits.DEFAULTS,
          RegistryLimits.DEFAULTS,
          100,
          Authorizer.allowingEverything());

  /** These settings with another limit for removals. */
  public MasterSettings withAgentRemovalRateLimit(RateLimit limit) {
    return with(changed -> changed.agentRemovalRateLimit = Optional.of(limit));
  }

  /** These settings with other limits for what the registry keeps. */
  public MasterSettings withRegistry(RegistryLimits limits) {
    return with(changed -> changed.registry = limits);
  }

  /** These settings with another limit for removals after an election. */
  public MasterSettings withRecoveryAgentRemovalLimit(int percent) {
    return with(changed -> changed.recoveryAgentRemovalLimitPercent = percent);
  }

  /** These settings with other lists of who may do what. */
  public MasterSettings withAuthorizer(Authorizer lists) {
    return with(changed -> changed.authorizer = lists);
  }

  private MasterSettings with(Consumer<Changed> change) {
    Changed changed = new Changed(this);
    change.accept(changed);
    return changed.settings();
  }

  /** The same settings, some of which can be set; the others are those of the original. */
  private static final class Changed {
    private final MasterSettings original;
    private Optional<RateLimit> agentRemovalRateLimit;
    private RegistryLimits registry;
    private int recoveryAgentRemovalLimitPercent;
    private Authorizer authorizer;

    Changed(MasterSettings original) {
      this.original = original;
      this.agentRemovalRateLimit = original.agentRemovalRateLimit;
      this.registry = original.registry;
      this.recoveryAgentRemovalLimitPercent = original.recoveryAgentRemovalLimitPercent;
      this.authorizer = original.authorizer;
    }

    MasterSettings settings() {
      return new MasterSettings(
          original.allocationInterval,
          original.offerTimeout,
          original.maxOpenOffers,
          original.minAllocatable,
          original.allocationOrder,
          original.heartbeatInterval,
          original.agentPingTimeout,
          original.maxAgentPingTimeouts,
          original.agentReregisterTimeout,
          agentRemovalRateLimit,
          original.maxCompletedFrameworks,
          original.maxCompletedTasksPerFramework,
          original.rootSubmissions,
          original.offerConstraintLimits,
          registry,
          recoveryAgentRemovalLimitPercent,
          authorizer);
    }
  }

  /** What of this concerns the allocation. */
  public AllocationOptions allocation() {
    return AllocationOptions.defaults()
        .withInterval(allocationInterval)
        .withMinAllocatable(minAllocatable)
        .withMaxOpenOffers(maxOpenOffers)
        .withOrder(allocationOrder);
  }

  /** After how much silence the agent takes its link for dead. */
  Duration silenceLimit() {
    return agentPingTimeout.multipliedBy(maxAgentPingTimeouts);
  }
}
