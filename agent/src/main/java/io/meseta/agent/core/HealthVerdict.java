package io.meseta.agent.core;

import io.meseta.agent.health.CheckAnswer;
import io.meseta.api.v1.HealthCheck;
import java.util.Optional;

/** What the answer to a health check says of the task. Pure. */
final class HealthVerdict {

  /** Of status codes, unless the check names others; as in Mesos. */
  private static final int FIRST_GOOD = 200;

  private static final int LAST_GOOD = 399;

  private HealthVerdict() {}

  /** Why the task is not healthy; empty if it is. */
  static Optional<String> failure(HealthCheck check, CheckAnswer answer) {
    return switch (answer) {
      case CheckAnswer.ExitCode a ->
          a.code() == 0
              ? Optional.empty()
              : Optional.of("the command exited with status " + a.code());
      case CheckAnswer.HttpStatus a ->
          isGood(check.getHttp(), a.code())
              ? Optional.empty()
              : Optional.of("the answer was HTTP status " + a.code());
      case CheckAnswer.Connected a -> Optional.empty();
      case CheckAnswer.Refused a -> Optional.of(a.reason());
      case CheckAnswer.None a -> Optional.of(a.reason());
    };
  }

  private static boolean isGood(HealthCheck.HTTPCheckInfo check, int code) {
    return check.getStatusesCount() == 0
        ? FIRST_GOOD <= code && code <= LAST_GOOD
        : check.getStatusesList().contains(code);
  }
}
