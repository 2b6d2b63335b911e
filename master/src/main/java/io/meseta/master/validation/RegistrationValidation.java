package io.meseta.master.validation;

import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.ids.Ids;
import java.util.List;
import java.util.Optional;

/** What an agent says of itself, and of frameworks that it runs: why it cannot be let in so. */
public final class RegistrationValidation {

  /** With what is noted beside it, below what the registry takes as one record. */
  private static final int MOST_BYTES = 384 << 10;

  /** Whether a framework may be root's was decided when it subscribed. */
  private static final FrameworkValidation FRAMEWORKS = new FrameworkValidation(true);

  private RegistrationValidation() {}

  /** Why the registration cannot be understood or kept, or nothing. */
  public static Optional<String> invalidReason(Register request) {
    return Reasons.first(
        () -> invalidAgent(request.getAgent()),
        () ->
            Reasons.firstOf(request.getFrameworksList(), RegistrationValidation::invalidFramework));
  }

  private static Optional<String> invalidAgent(AgentInfo info) {
    String id = info.getId().getValue();
    return Reasons.first(
        () -> Reasons.when(info.getHostname().isEmpty(), "the agent has no hostname"),
        () -> id.isEmpty() ? Optional.empty() : Ids.invalidReason("agent id", id),
        () ->
            Reasons.when(
                info.getSerializedSize() > MOST_BYTES,
                "the agent's description has "
                    + info.getSerializedSize()
                    + " bytes, more than the "
                    + MOST_BYTES
                    + " that are kept"));
  }

  private static Optional<String> invalidFramework(FrameworkInfo info) {
    return Reasons.first(
            () -> Ids.invalidReason("framework id", info.getId().getValue()),
            () -> FRAMEWORKS.invalidReason(info, List.of()))
        .map(reason -> "the agent tells of a framework that cannot be: " + reason);
  }
}
