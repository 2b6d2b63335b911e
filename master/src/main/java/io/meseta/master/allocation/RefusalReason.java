package io.meseta.master.allocation;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.constraints.AgentTraits;
import io.meseta.master.allocation.constraints.CompiledConstraints;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** Why an agent is not offered to a framework for one of its roles. */
public sealed interface RefusalReason {

  /** The reason as an operator would want to read it. */
  String text();

  /** The agent takes no new tasks. */
  record AgentDeactivated() implements RefusalReason {
    @Override
    public String text() {
      return "the agent is deactivated";
    }
  }

  /** Nobody is there to answer an offer. */
  record FrameworkInactive() implements RefusalReason {
    @Override
    public String text() {
      return "the framework is disconnected";
    }
  }

  /** The framework said that it wants no offers for this role. */
  record Suppressed(String role) implements RefusalReason {
    @Override
    public String text() {
      return "the framework has suppressed offers for role '" + role + "'";
    }
  }

  /** It has to answer first. */
  record OfferLimitReached(int open, int limit) implements RefusalReason {
    @Override
    public String text() {
      return "the framework has not answered " + open + " offers and may hold " + limit;
    }
  }

  /** These resources are for frameworks with this capability only. */
  record NeedsCapability(Capability.Type capability, Resources resources) implements RefusalReason {
    @Override
    public String text() {
      return "[" + resources + "] needs the capability " + capability;
    }
  }

  /** Far from the master, and perhaps from all else that the framework runs. */
  record InAnotherRegion(String region) implements RefusalReason {
    @Override
    public String text() {
      return "the agent is in another region than the master, "
          + region
          + ", and needs the capability "
          + Capability.Type.REGION_AWARE;
    }
  }

  /** These resources are free, but for other roles. */
  record ReservedForOthers(SortedSet<String> roles, Resources resources) implements RefusalReason {
    @Override
    public String text() {
      return "[" + resources + "] is reserved for " + String.join(", ", roles);
    }
  }

  /** What is free for this role is too little for an offer. */
  record BelowMinimum(Resources offerable, List<Quantities> minimums) implements RefusalReason {
    @Override
    public String text() {
      if (offerable.isEmpty()) {
        return "nothing is free for this role";
      }
      var any = minimums.stream().map(Quantities::toString).collect(Collectors.joining(" or "));
      return "only [" + offerable + "] is free for this role, an offer needs at least " + any;
    }
  }

  /** It can be offered, but is not what was asked for. */
  record TooSmall(Resources offerable, Quantities wanted) implements RefusalReason {
    @Override
    public String text() {
      return "only [" + offerable + "] is free for this role, [" + wanted + "] is wanted";
    }
  }

  /** Another offer holds these resources. */
  record Offered(FrameworkId framework, String role, Instant since, Resources resources)
      implements RefusalReason {
    @Override
    public String text() {
      return "["
          + resources
          + "] is offered to framework "
          + framework
          + " (role '"
          + role
          + "') since "
          + since;
    }
  }

  /** Tasks of this framework use these resources. */
  record InUse(FrameworkId framework, String role, Resources resources) implements RefusalReason {
    @Override
    public String text() {
      return "[" + resources + "] is in use by framework " + framework + " (role '" + role + "')";
    }
  }

  /** The role, or one above it, has as much as it may have. */
  record QuotaLimitReached(String role, String resource, long consumedMilli, long limitMilli)
      implements RefusalReason {
    @Override
    public String text() {
      return "role '%s' has %s:%s (reservations included), and its quota limit is %s"
          .formatted(role, resource, new Scalar(consumedMilli), new Scalar(limitMilli));
    }
  }

  /** What is free is kept for others, who have not got their guarantees. */
  record KeptForGuarantees(SortedSet<String> roles, String resource, long freeMilli, long keptMilli)
      implements RefusalReason {
    @Override
    public String text() {
      return "of %s:%s free in the cluster %s is kept for the quota guarantees of %s"
          .formatted(
              resource, new Scalar(freeMilli), new Scalar(keptMilli), String.join(", ", roles));
    }
  }

  /** The framework said that it does not want such agents. */
  record ConstraintsNotMet(String role, CompiledConstraints constraints, AgentTraits agent)
      implements RefusalReason {
    @Override
    public String text() {
      return "the agent does not meet the framework's offer constraints for role '"
          + role
          + "': "
          + String.join("; or: ", constraints.unmet(role, agent));
    }
  }

  /** A reason that names others, for somebody who may not be told of them. */
  record NotShown(RefusalKind kind) implements RefusalReason {
    @Override
    public String text() {
      return kind.text() + " (by or for others, who are not shown)";
    }
  }

  /** The framework has refused all that is free there. */
  record Filtered(Resources refused, Instant until) implements RefusalReason {
    @Override
    public String text() {
      return "the framework has refused [" + refused + "] until " + until;
    }
  }
}
