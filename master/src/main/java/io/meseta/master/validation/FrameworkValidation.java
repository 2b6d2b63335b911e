package io.meseta.master.validation;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.OfferFilters;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.ids.Ids;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Roles;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.constraints.CompiledConstraints;
import io.meseta.master.allocation.constraints.ConstraintLimits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a framework says of itself: why it may not subscribe so, and what it cannot change later.
 */
public final class FrameworkValidation {
  /** The longest time that fits into 63 bits of nanoseconds, as Mesos counts: 292 years. */
  private static final double MAX_FAILOVER_TIMEOUT_SECONDS = Long.MAX_VALUE / 1e9;

  /**
   * Less than half of what the registry takes as one record: who subscribes again keeps some of the
   * older description beside the newer one.
   */
  private static final int MOST_BYTES = 192 << 10;

  private final boolean rootSubmissions;

  /** Whether frameworks whose user is root are taken: Mesos's {@code --root_submissions}. */
  public FrameworkValidation(boolean rootSubmissions) {
    this.rootSubmissions = rootSubmissions;
  }

  /** For SUBSCRIBE and UPDATE_FRAMEWORK: why it is not acceptable, or nothing. */
  public Optional<String> invalidReason(FrameworkInfo info, Collection<String> suppressedRoles) {
    return Reasons.first(
        () -> invalidSize(info),
        () -> invalidId(info),
        () -> invalidRoles(info),
        () -> invalidSuppressedRoles(info, suppressedRoles),
        () -> invalidFailoverTimeout(info),
        () -> invalidUser(info),
        () -> invalidOfferFilters(info));
  }

  private static Optional<String> invalidSize(FrameworkInfo info) {
    int bytes = info.getSerializedSize();
    return Reasons.when(
        bytes > MOST_BYTES,
        "The framework's description has "
            + bytes
            + " bytes, more than the "
            + MOST_BYTES
            + " that are kept");
  }

  private static Optional<String> invalidId(FrameworkInfo info) {
    var id = info.getId().getValue();
    return id.isEmpty() ? Optional.empty() : Ids.invalidReason("framework id", id);
  }

  @SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE still write the older field.
  private static Optional<String> invalidRoles(FrameworkInfo info) {
    boolean several =
        info.getCapabilitiesList().stream()
            .anyMatch(capability -> capability.getType() == Capability.Type.MULTI_ROLE);
    if (several && info.hasRole()) {
      return Optional.of(
          "A framework with the capability MULTI_ROLE sets 'roles' and not 'role' ('"
              + info.getRole()
              + "')");
    }
    if (!several && info.getRolesCount() > 0) {
      return Optional.of("'roles' needs the capability MULTI_ROLE; without it set 'role'");
    }
    var seen = new TreeSet<String>();
    for (String role : several ? info.getRolesList() : List.of(info.getRole())) {
      if (!seen.add(role)) {
        return Optional.of("Role '" + role + "' is given twice");
      }
      var reason = Roles.invalidReason(role);
      if (reason.isPresent()) {
        return reason;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> invalidSuppressedRoles(
      FrameworkInfo info, Collection<String> suppressedRoles) {
    var roles = FrameworkFacts.rolesOf(info);
    return Reasons.firstOf(
        List.copyOf(suppressedRoles),
        role ->
            Reasons.when(
                !roles.contains(role),
                "Suppressed role '" + role + "' is not one of the framework's roles " + roles));
  }

  private static Optional<String> invalidFailoverTimeout(FrameworkInfo info) {
    double seconds = info.getFailoverTimeout();
    return Reasons.when(
        Double.isNaN(seconds) || seconds < 0 || seconds > MAX_FAILOVER_TIMEOUT_SECONDS,
        "'failover_timeout' ("
            + seconds
            + " seconds) is not a time between 0 and "
            + (long) MAX_FAILOVER_TIMEOUT_SECONDS
            + " seconds");
  }

  private Optional<String> invalidUser(FrameworkInfo info) {
    return Reasons.when(
        !rootSubmissions && info.getUser().equals("root"),
        "Frameworks of the user 'root' are not taken here (root_submissions is off): set another"
            + " 'user'");
  }

  private static Optional<String> invalidOfferFilters(FrameworkInfo info) {
    var roles = FrameworkFacts.rolesOf(info);
    for (Map.Entry<String, OfferFilters> filter : info.getOfferFiltersMap().entrySet()) {
      if (!roles.contains(filter.getKey())) {
        return Optional.of(
            "'offer_filters' has the role '"
                + filter.getKey()
                + "', which is not one of the framework's roles "
                + roles);
      }
      for (var any : filter.getValue().getMinAllocatableResources().getQuantitiesList()) {
        for (Map.Entry<String, Value.Scalar> amount : any.getQuantitiesMap().entrySet()) {
          try {
            Scalar.ofDouble(amount.getValue().getValue());
          } catch (ResourceException e) {
            return Optional.of(
                "'offer_filters' for role '"
                    + filter.getKey()
                    + "': "
                    + amount.getKey()
                    + " "
                    + e.getMessage());
          }
        }
      }
    }
    return Optional.empty();
  }

  /** For SUBSCRIBE and UPDATE_FRAMEWORK: why the constraints are not acceptable, or nothing. */
  public static Optional<String> invalidConstraints(
      FrameworkInfo info, OfferConstraints constraints, ConstraintLimits limits) {
    var roles = FrameworkFacts.rolesOf(info);
    for (String role : new TreeSet<>(constraints.getRoleConstraintsMap().keySet())) {
      if (!roles.contains(role)) {
        return Optional.of(
            "'offer_constraints' has the role '"
                + role
                + "', which is not one of the framework's roles "
                + roles);
      }
    }
    try {
      CompiledConstraints.of(constraints, limits);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("The offer constraints are not valid. " + e.getMessage());
    }
  }

  /** For UPDATE_FRAMEWORK: why a subscribed framework cannot become this, or nothing. */
  public static Optional<String> updateRefusal(FrameworkInfo known, FrameworkInfo given) {
    var changes = ignoredChanges(known, given);
    return Reasons.when(
        !changes.isEmpty(),
        "A framework keeps its "
            + String.join(", ", changes)
            + "; to change that, tear it down and subscribe as a new one");
  }

  /** What is kept as it was when a framework subscribes again: names of fields, for a warning. */
  public static List<String> ignoredChanges(FrameworkInfo known, FrameworkInfo given) {
    var changes = new ArrayList<String>();
    if (!known.getUser().equals(given.getUser())) {
      changes.add("'user' ('" + known.getUser() + "')");
    }
    if (known.getCheckpoint() != given.getCheckpoint()) {
      changes.add("'checkpoint' (" + known.getCheckpoint() + ")");
    }
    if (!Objects.equals(principal(known), principal(given))) {
      changes.add("'principal' (" + principal(known).orElse("none") + ")");
    }
    return changes;
  }

  /** What a framework is from now on that has subscribed again, in Mesos's way. */
  public static FrameworkInfo resubscribed(FrameworkInfo known, FrameworkInfo given) {
    var info =
        given.toBuilder()
            .setUser(known.getUser())
            .setCheckpoint(known.getCheckpoint())
            .clearPrincipal();
    principal(known).ifPresent(info::setPrincipal);
    return info.build();
  }

  private static Optional<String> principal(FrameworkInfo info) {
    return info.hasPrincipal() ? Optional.of(info.getPrincipal()) : Optional.empty();
  }
}
