package io.meseta.master.allocation;

/** Reasons of one kind, to be counted over agents. */
public enum RefusalKind {
  AGENT_DEACTIVATED("deactivated, draining, degraded or disconnected"),
  FRAMEWORK_INACTIVE("the framework is disconnected"),
  SUPPRESSED("the framework has suppressed offers"),
  OFFER_LIMIT_REACHED("the framework has to answer its offers first"),
  NEEDS_CAPABILITY("something there needs a capability that the framework does not have"),
  IN_ANOTHER_REGION("in another region"),
  RESERVED_FOR_OTHERS("something is reserved for other roles"),
  BELOW_MINIMUM("nothing, or too little for an offer, is free for the role"),
  TOO_SMALL("less is free for the role than is wanted"),
  OFFERED("something is held by open offers"),
  IN_USE("something is in use by tasks"),
  QUOTA_LIMIT_REACHED("over a quota limit"),
  KEPT_FOR_GUARANTEES("kept for the quota guarantees of others"),
  CONSTRAINTS_NOT_MET("does not meet the framework's offer constraints"),
  FILTERED("refused by the framework a while ago");

  private final String text;

  RefusalKind(String text) {
    this.text = text;
  }

  /** What holds for the agents that are counted. */
  public String text() {
    return text;
  }

  /** The kind of a reason. */
  public static RefusalKind of(RefusalReason reason) {
    return switch (reason) {
      case RefusalReason.AgentDeactivated r -> AGENT_DEACTIVATED;
      case RefusalReason.FrameworkInactive r -> FRAMEWORK_INACTIVE;
      case RefusalReason.Suppressed r -> SUPPRESSED;
      case RefusalReason.OfferLimitReached r -> OFFER_LIMIT_REACHED;
      case RefusalReason.NeedsCapability r -> NEEDS_CAPABILITY;
      case RefusalReason.InAnotherRegion r -> IN_ANOTHER_REGION;
      case RefusalReason.ReservedForOthers r -> RESERVED_FOR_OTHERS;
      case RefusalReason.BelowMinimum r -> BELOW_MINIMUM;
      case RefusalReason.TooSmall r -> TOO_SMALL;
      case RefusalReason.Offered r -> OFFERED;
      case RefusalReason.InUse r -> IN_USE;
      case RefusalReason.QuotaLimitReached r -> QUOTA_LIMIT_REACHED;
      case RefusalReason.KeptForGuarantees r -> KEPT_FOR_GUARANTEES;
      case RefusalReason.ConstraintsNotMet r -> CONSTRAINTS_NOT_MET;
      case RefusalReason.Filtered r -> FILTERED;
      case RefusalReason.NotShown r -> r.kind();
    };
  }
}
