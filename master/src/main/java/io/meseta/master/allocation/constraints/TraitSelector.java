package io.meseta.master.allocation.constraints;

import io.meseta.api.v1.scheduler.AttributeConstraint;

/** Where a constraint looks. */
sealed interface TraitSelector {

  TraitValue of(AgentTraits agent);

  /**
   * From the message.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  static TraitSelector of(AttributeConstraint.Selector message) {
    return switch (message.getSelectorCase()) {
      case ATTRIBUTE_NAME -> new Named(message.getAttributeName());
      case PSEUDOATTRIBUTE_TYPE ->
          switch (message.getPseudoattributeType()) {
            case HOSTNAME -> Pseudo.HOSTNAME;
            case REGION -> Pseudo.REGION;
            case ZONE -> Pseudo.ZONE;
            case UNKNOWN ->
                throw new IllegalArgumentException(
                    "Its 'pseudoattribute_type' is UNKNOWN, not HOSTNAME, REGION or ZONE");
          };
      case SELECTOR_NOT_SET ->
          throw new IllegalArgumentException(
              "Its 'selector' has neither an 'attribute_name' nor a 'pseudoattribute_type' that is"
                  + " known here");
    };
  }

  /** An attribute. */
  record Named(String name) implements TraitSelector {
    @Override
    public TraitValue of(AgentTraits agent) {
      return agent.attribute(name);
    }

    @Override
    public String toString() {
      return "attribute '" + name + "'";
    }
  }

  /** What every agent has, or none. */
  enum Pseudo implements TraitSelector {
    HOSTNAME,
    REGION,
    ZONE;

    @Override
    public TraitValue of(AgentTraits agent) {
      return switch (this) {
        case HOSTNAME -> agent.hostname();
        case REGION -> agent.region();
        case ZONE -> agent.zone();
      };
    }

    @Override
    public String toString() {
      return switch (this) {
        case HOSTNAME -> "the hostname";
        case REGION -> "the region";
        case ZONE -> "the zone";
      };
    }
  }
}
