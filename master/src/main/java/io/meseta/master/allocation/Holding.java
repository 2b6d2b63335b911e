package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.util.List;
import java.util.Optional;

/** What a framework uses for a role on some agent. */
public record Holding(FrameworkId framework, String role, Resources resources) {

  /** Whether two of these, on one agent, claim what can be there only once, and which. */
  public static Optional<String> conflict(List<Holding> holdings) {
    var sum = Resources.EMPTY;
    for (Holding holding : holdings) {
      if (holding.resources.isAmountsOnly()) {
        // There may be any number of those.
        continue;
      }
      if (sum.overlaps(holding.resources)) {
        return Optional.of(
            "["
                + holding.resources
                + "] of framework "
                + holding.framework
                + " is used twice on the agent");
      }
      sum = sum.plus(holding.resources);
    }
    return Optional.empty();
  }
}
