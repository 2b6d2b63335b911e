package io.meseta.master.validation;

import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.api.v1.quota.QuotaRequest;
import io.meseta.common.resources.Roles;
import io.meseta.master.allocation.Quota;
import io.meseta.master.view.MachineName;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What operators say of roles and machines: why it cannot be taken. */
final class PolicyValidation {
  private static final double LEAST_WEIGHT = 0.001;
  private static final double MOST_WEIGHT = 1e9;

  /**
   * With every machine of it down, well below what the registry takes as one record; several
   * thousand machines.
   */
  private static final int MOST_SCHEDULE_BYTES = 384 << 10;

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

  /** Of SET_QUOTA, as Mesos had it. */
  static Optional<String> invalidReason(QuotaRequest request) {
    for (Resource resource : request.getGuaranteeList()) {
      if (resource.getType() != Value.Type.SCALAR || !resource.hasScalar()) {
        return Optional.of(
            "A guarantee has to be an amount, and " + resource.getName() + " is not");
      }
    }
    return request.getGuaranteeCount() == 0
        ? Optional.of("'set_quota.quota_request.guarantee' is missing")
        : invalidReason(Quota.configOf(request));
  }

  /** Of START_MAINTENANCE and STOP_MAINTENANCE. */
  static Optional<String> invalidReason(List<MachineID> machines) {
    if (machines.isEmpty()) {
      return Optional.of("The list of machines is empty");
    }
    TreeSet<MachineName> names = new TreeSet<>();
    return Reasons.firstOf(machines, machine -> invalidReason(machine, names));
  }

  /**
   * @param others the machines before this one, which is added
   */
  private static Optional<String> invalidReason(MachineID machine, TreeSet<MachineName> others) {
    if (machine.getHostname().isEmpty() && machine.getIp().isEmpty()) {
      return Optional.of("A machine has neither hostname nor ip");
    }
    MachineName name = MachineName.of(machine);
    return Reasons.when(!others.add(name), "Machine '" + name + "' is named twice");
  }

  static Optional<String> invalidReason(Schedule schedule) {
    if (schedule.getSerializedSize() > MOST_SCHEDULE_BYTES) {
      return Optional.of(
          "The schedule has %d bytes, more than the %d that are kept"
              .formatted(schedule.getSerializedSize(), MOST_SCHEDULE_BYTES));
    }
    TreeSet<MachineName> machines = new TreeSet<>();
    return Reasons.firstOf(schedule.getWindowsList(), window -> invalidReason(window, machines));
  }

  private static Optional<String> invalidReason(Window window, TreeSet<MachineName> machines) {
    if (window.getMachineIdsCount() == 0) {
      return Optional.of("A window of the schedule has no machine");
    }
    if (window.getUnavailability().getDuration().getNanoseconds() < 0) {
      return Optional.of("A window of the schedule has a negative duration");
    }
    return Reasons.firstOf(window.getMachineIdsList(), machine -> invalidReason(machine, machines));
  }
}
