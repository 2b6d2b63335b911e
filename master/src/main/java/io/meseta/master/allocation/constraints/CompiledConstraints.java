package io.meseta.master.allocation.constraints;

import io.meseta.api.v1.scheduler.AttributeConstraint;
import io.meseta.api.v1.scheduler.OfferConstraints;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The offer constraints of one framework, ready to be asked. Equal when their messages are. Used by
 * one thread.
 */
public final class CompiledConstraints {
  /** Any agent will do. */
  public static final CompiledConstraints NONE =
      new CompiledConstraints(OfferConstraints.getDefaultInstance(), new TreeMap<>());

  private record Constraint(TraitSelector selector, TraitPredicate predicate) {
    static Constraint of(AttributeConstraint message, ConstraintLimits limits) {
      return new Constraint(
          TraitSelector.of(message.getSelector()),
          TraitPredicate.of(message.getPredicate(), limits));
    }

    boolean isMetBy(AgentTraits agent) {
      return predicate.holdsFor(selector.of(agent));
    }

    String refusal(AgentTraits agent) {
      return selector + " must " + predicate + " and is " + selector.of(agent);
    }
  }

  private record Group(List<Constraint> constraints) {
    boolean isMetBy(AgentTraits agent) {
      for (Constraint constraint : constraints) {
        if (!constraint.isMetBy(agent)) {
          return false;
        }
      }
      return true;
    }

    String refusal(AgentTraits agent) {
      return constraints.stream()
          .filter(constraint -> !constraint.isMetBy(agent))
          .map(constraint -> constraint.refusal(agent))
          .collect(Collectors.joining(", "));
    }
  }

  private final OfferConstraints message;
  private final SortedMap<String, List<Group>> groups;

  private CompiledConstraints(OfferConstraints message, SortedMap<String, List<Group>> groups) {
    this.message = message;
    this.groups = groups;
  }

  /**
   * Checks and compiles them.
   *
   * @throws IllegalArgumentException which says what of it is not valid, and for which role
   */
  public static CompiledConstraints of(OfferConstraints message, ConstraintLimits limits) {
    if (message.getRoleConstraintsCount() == 0) {
      return NONE;
    }
    var groups = new TreeMap<String, List<Group>>();
    // Sorted, so that the first that is wrong is always the same.
    new TreeMap<>(message.getRoleConstraintsMap())
        .forEach((role, constraints) -> groups.put(role, compile(role, constraints, limits)));
    return new CompiledConstraints(message, groups);
  }

  private static List<Group> compile(
      String role, OfferConstraints.RoleConstraints message, ConstraintLimits limits) {
    if (message.getGroupsCount() == 0) {
      throw new IllegalArgumentException(
          "Those for role '" + role + "' have no group; leave the role out if any agent will do");
    }
    var groups = new ArrayList<Group>();
    for (var group : message.getGroupsList()) {
      if (group.getAttributeConstraintsCount() == 0) {
        throw new IllegalArgumentException(
            "A group of those for role '"
                + role
                + "' is empty; leave the role out if any agent will do");
      }
      var constraints = new ArrayList<Constraint>();
      for (AttributeConstraint constraint : group.getAttributeConstraintsList()) {
        try {
          constraints.add(Constraint.of(constraint, limits));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "One of those for role '" + role + "' is wrong: " + e.getMessage(), e);
        }
      }
      groups.add(new Group(List.copyOf(constraints)));
    }
    return List.copyOf(groups);
  }

  /** The message that they were made of. */
  public OfferConstraints message() {
    return message;
  }

  /** Whether the agent may be offered for this role. */
  public boolean allows(String role, AgentTraits agent) {
    if (groups.isEmpty()) {
      return true;
    }
    var ofRole = groups.get(role);
    if (ofRole == null) {
      return true;
    }
    for (Group group : ofRole) {
      if (group.isMetBy(agent)) {
        return true;
      }
    }
    return false;
  }

  /** For each group what of it the agent does not meet, in words; nothing if it is allowed. */
  public List<String> unmet(String role, AgentTraits agent) {
    return allows(role, agent)
        ? List.of()
        : groups.getOrDefault(role, List.of()).stream().map(group -> group.refusal(agent)).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CompiledConstraints that && message.equals(that.message);
  }

  @Override
  public int hashCode() {
    return message.hashCode();
  }

  @Override
  public String toString() {
    return groups.isEmpty() ? "none" : groups.toString();
  }
}
