package io.meseta.master.allocation;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.OfferFilters;
import io.meseta.api.v1.Value;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.constraints.CompiledConstraints;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the allocation needs to know of a framework.
 *
 * @param suppressedRoles those of its roles that want no offers for now
 * @param minAllocatable for some roles: an offer has to contain any one of these amounts, instead
 *     of what the cluster's options say; an empty list means that any offer will do
 * @param constraints for some roles: which agents it wants to be offered
 */
public record FrameworkFacts(
    FrameworkId id,
    SortedSet<String> roles,
    Set<Capability.Type> capabilities,
    SortedSet<String> suppressedRoles,
    SortedMap<String, List<Quantities>> minAllocatable,
    CompiledConstraints constraints) {

  public FrameworkFacts {
    roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    var ordered = EnumSet.noneOf(Capability.Type.class);
    ordered.addAll(capabilities);
    capabilities = Collections.unmodifiableSet(ordered);
    suppressedRoles = Collections.unmodifiableSortedSet(new TreeSet<>(suppressedRoles));
    minAllocatable = Collections.unmodifiableSortedMap(new TreeMap<>(minAllocatable));
  }

  /** A framework that takes offers of any agent. */
  public FrameworkFacts(
      FrameworkId id,
      SortedSet<String> roles,
      Set<Capability.Type> capabilities,
      SortedSet<String> suppressedRoles,
      SortedMap<String, List<Quantities>> minAllocatable) {
    this(id, roles, capabilities, suppressedRoles, minAllocatable, CompiledConstraints.NONE);
  }

  /**
   * From the message of a framework that has passed the validation.
   *
   * @throws IllegalArgumentException when its offer filters have an amount that is none
   */
  public static FrameworkFacts of(
      FrameworkId id,
      FrameworkInfo info,
      Collection<String> suppressedRoles,
      CompiledConstraints constraints) {
    var capabilities = EnumSet.noneOf(Capability.Type.class);
    info.getCapabilitiesList().forEach(capability -> capabilities.add(capability.getType()));
    var minimums = new TreeMap<String, List<Quantities>>();
    for (Map.Entry<String, OfferFilters> filter : info.getOfferFiltersMap().entrySet()) {
      if (filter.getValue().hasMinAllocatableResources()) {
        minimums.put(filter.getKey(), minimums(filter.getValue()));
      }
    }
    return new FrameworkFacts(
        id, rolesOf(info), capabilities, new TreeSet<>(suppressedRoles), minimums, constraints);
  }

  /** The roles of a framework, whichever of the two fields it writes them to. */
  @SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE still write the older field.
  public static SortedSet<String> rolesOf(FrameworkInfo info) {
    boolean several =
        info.getCapabilitiesList().stream()
            .anyMatch(capability -> capability.getType() == Capability.Type.MULTI_ROLE);
    return several
        ? new TreeSet<>(info.getRolesList())
        : new TreeSet<>(Collections.singleton(info.getRole()));
  }

  private static List<Quantities> minimums(OfferFilters filters) {
    var minimums = new ArrayList<Quantities>();
    for (var quantities : filters.getMinAllocatableResources().getQuantitiesList()) {
      var milli = new TreeMap<String, Long>();
      for (Map.Entry<String, Value.Scalar> amount : quantities.getQuantitiesMap().entrySet()) {
        try {
          milli.put(amount.getKey(), Scalar.ofDouble(amount.getValue().getValue()).milli());
        } catch (ResourceException e) {
          throw new IllegalArgumentException(amount.getKey() + " " + e.getMessage(), e);
        }
      }
      minimums.add(Quantities.ofMilli(milli));
    }
    return List.copyOf(minimums);
  }

  public boolean has(Capability.Type capability) {
    return capabilities.contains(capability);
  }

  /** The same with other suppressed roles. */
  FrameworkFacts withSuppressed(Collection<String> suppressed) {
    return new FrameworkFacts(
        id, roles, capabilities, new TreeSet<>(suppressed), minAllocatable, constraints);
  }
}
