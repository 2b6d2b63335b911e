package io.meseta.agent.container.process;

import io.meseta.api.v1.RLimitInfo;
import io.meseta.api.v1.RLimitInfo.RLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Limits of single processes, as options of {@code prlimit}. */
final class RlimitOptions {

  private RlimitOptions() {}

  static List<String> of(RLimitInfo limits) throws RefusedException {
    List<String> options = new ArrayList<>();
    for (RLimit limit : limits.getRlimitsList()) {
      if (limit.getType() == RLimit.Type.UNKNOWN) {
        throw new RefusedException("rlimit_info: a limit of a type that is not known");
      }
      if (limit.hasSoft() != limit.hasHard()) {
        throw new RefusedException(
            "rlimit_info: " + limit.getType() + " needs both soft and hard, or neither");
      }
      // Some are called otherwise there: RLMT_RTTIME is rttime, RLMT_MSGQUEUE msgqueue, and so on.
      String name = limit.getType().name().substring("RLMT_".length()).toLowerCase(Locale.ROOT);
      options.add(
          "--"
              + name
              + "="
              + (limit.hasSoft()
                  ? Long.toUnsignedString(limit.getSoft())
                      + ":"
                      + Long.toUnsignedString(limit.getHard())
                  : "unlimited:unlimited"));
    }
    return options;
  }
}
