package io.meseta.master.validation;

import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.common.resources.Roles;
import io.meseta.master.allocation.Quota;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** What operators say of roles and machines: why it cannot be taken. */
final class PolicyValidation {
  private static final double LEAST_WEIGHT = 0.001;
  private static final double MOST_WEIGHT = 1e9;

  /** Well below what the registry takes as one record; some ten thousand machines. */
  private static final int MOST_SCHEDULE_BYTES = 512 << 10;

  private PolicyValidation() {}

  static Optional<String> invalidReason(Call.UpdateWeights call) {
    TreeSet<String> roles = new TreeSet<>();
    for (WeightInfo weight : call.getWeightInfosList()) {
      Optional<String> reason = invalidReason(weight);
      if (reason.isPresent()) {
        return reason;
      }
      if (!roles.add(weight.getRole())) {
        return Optional.of("Role '" + weight.getRole() + "' has two weights");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> invalidReason(WeightInfo weight) {
    boolean valid = weight.getWeight() >= LEAST_WEIGHT && weight.getWeight() <= MOST_WEIGHT;
    return valid
        ? Roles.invalidReason(weight.getRole())
        : Optional.of(
            "The weight of role '" + weight.getRole() + "' is not between 0.001 and a billion");
  }

  static Optional<String> invalidReason(Call.UpdateQuota call) {
    TreeSet<String> roles = new TreeSet<>();
    for (QuotaConfig config : call.getQuotaConfigsList()) {
      Optional<String> reason = invalidReason(config);
      if (reason.isPresent()) {
        return Optional.of("The quota of role '" + config.getRole() + "': " + reason.get());
      }
      if (!roles.add(config.getRole())) {
        return Optional.of("Role '" + config.getRole() + "' has two quotas");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> invalidReason(QuotaConfig config) {
    if (config.getRole().equals(Roles.DEFAULT)) {
      return Optional.of("the default role cannot have one");
    }
    try {
      Quota.of(config);
      return Roles.invalidReason(config.getRole());
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  static Optional<String> invalidReason(Schedule schedule) {
    if (schedule.getSerializedSize() > MOST_SCHEDULE_BYTES) {
      return Optional.of(
          "The schedule has %d bytes, more than the %d that are kept"
              .formatted(schedule.getSerializedSize(), MOST_SCHEDULE_BYTES));
    }
    TreeSet<String> machines = new TreeSet<>();
    for (Window window : schedule.getWindowsList()) {
      if (window.getMachineIdsCount() == 0) {
        return Optional.of("A window of the schedule has no machine");
      }
      if (window.getUnavailability().getDuration().getNanoseconds() < 0) {
        return Optional.of("A window of the schedule has a negative duration");
      }
      for (MachineID machine : window.getMachineIdsList()) {
        if (machine.getHostname().isEmpty() && machine.getIp().isEmpty()) {
          return Optional.of("A machine of the schedule has neither hostname nor ip");
        }
        String name = machine.getHostname().toLowerCase(Locale.ROOT) + " " + machine.getIp();
        if (!machines.add(name)) {
          return Optional.of("Machine '" + name.strip() + "' is in the schedule twice");
        }
      }
    }
    return Optional.empty();
  }
}
