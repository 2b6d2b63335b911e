package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Call;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that the driver made by itself and that failed. Those that fail together, as on a
 * connection that is lost, make one line in the log: there may be thousands of them, and nothing is
 * lost by it, since an agent sends an update again and the reconciler asks again.
 */
final class FailedOwnCalls {

  private static final Logger log = LoggerFactory.getLogger(FailedOwnCalls.class);

  private final Map<Call.Type, Integer> counts = new EnumMap<>(Call.Type.class);

  /** Why the first one failed: the others mostly follow from it. */
  private Optional<String> cause = Optional.empty();

  void add(Call.Type type, CallFailure failure) {
    counts.merge(type, 1, Integer::sum);
    if (cause.isEmpty()) {
      cause = Optional.of(failure.reason());
    }
  }

  /** To be called when no further failure is to be expected soon; says nothing if all is well. */
  void tell() {
    if (cause.isEmpty()) {
      return;
    }
    String failed =
        counts.entrySet().stream()
            .map(each -> each.getValue() + " " + each.getKey())
            .collect(Collectors.joining(", "));
    log.warn(
        "Calls of the driver failed: {} ({}); what they were for is retried", failed, cause.get());
    counts.clear();
    cause = Optional.empty();
  }
}
