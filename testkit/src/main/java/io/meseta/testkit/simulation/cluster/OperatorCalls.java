package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;

/** Calls of the operator API as messages. */
final class OperatorCalls {
  private OperatorCalls() {}

  private static AgentID agent(String id) {
    return AgentID.newBuilder().setValue(id).build();
  }

  /** DRAIN_AGENT; without a longest grace period each task has its own. */
  static Call drain(String id, Optional<Duration> longest, boolean markGone) {
    Call.DrainAgent.Builder drain =
        Call.DrainAgent.newBuilder().setAgentId(agent(id)).setMarkGone(markGone);
    longest.ifPresent(grace ->
        drain.setMaxGracePeriod(
            com.google.protobuf.Duration.newBuilder().setSeconds(grace.toSeconds())));
    return Call.newBuilder().setType(Call.Type.DRAIN_AGENT).setDrainAgent(drain).build();
  }

  /** DEACTIVATE_AGENT. */
  static Call deactivate(String id) {
    return Call.newBuilder()
        .setType(Call.Type.DEACTIVATE_AGENT)
        .setDeactivateAgent(Call.DeactivateAgent.newBuilder().setAgentId(agent(id)))
        .build();
  }

  /** REACTIVATE_AGENT. */
  static Call reactivate(String id) {
    return Call.newBuilder()
        .setType(Call.Type.REACTIVATE_AGENT)
        .setReactivateAgent(Call.ReactivateAgent.newBuilder().setAgentId(agent(id)))
        .build();
  }

  /** MARK_AGENT_GONE. */
  static Call markGone(String id) {
    return Call.newBuilder()
        .setType(Call.Type.MARK_AGENT_GONE)
        .setMarkAgentGone(Call.MarkAgentGone.newBuilder().setAgentId(agent(id)))
        .build();
  }

  /** TEARDOWN. */
  static Call tearDown(String framework) {
    return Call.newBuilder()
        .setType(Call.Type.TEARDOWN)
        .setTeardown(
            Call.Teardown.newBuilder().setFrameworkId(FrameworkID.newBuilder().setValue(framework)))
        .build();
  }

  /** UPDATE_WEIGHTS of one role. */
  static Call weight(String role, double weight) {
    return Call.newBuilder()
        .setType(Call.Type.UPDATE_WEIGHTS)
        .setUpdateWeights(
            Call.UpdateWeights.newBuilder()
                .addWeightInfos(WeightInfo.newBuilder().setRole(role).setWeight(weight)))
        .build();
  }

  /** UPDATE_QUOTA of one role, whatever it has; no limit and no guarantee remove it. */
  static Call quota(String role, OptionalInt guaranteedCpus, OptionalInt mostCpus) {
    QuotaConfig.Builder quota = QuotaConfig.newBuilder().setRole(role);
    guaranteedCpus.ifPresent(cpus -> quota.putGuarantees("cpus", scalar(cpus)));
    mostCpus.ifPresent(cpus -> quota.putLimits("cpus", scalar(cpus)));
    return Call.newBuilder()
        .setType(Call.Type.UPDATE_QUOTA)
        .setUpdateQuota(Call.UpdateQuota.newBuilder().setForce(true).addQuotaConfigs(quota))
        .build();
  }

  private static Value.Scalar scalar(int value) {
    return Value.Scalar.newBuilder().setValue(value).build();
  }

  /** UPDATE_MAINTENANCE_SCHEDULE: these machines will be away, and no others. */
  static Call maintenance(Collection<String> hostnames) {
    Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE);
    Schedule.Builder schedule = call.getUpdateMaintenanceScheduleBuilder().getScheduleBuilder();
    if (!hostnames.isEmpty()) {
      Window.Builder window = schedule.addWindowsBuilder();
      window.getUnavailabilityBuilder().getStartBuilder().setNanoseconds(1);
      hostnames.forEach(name -> window.addMachineIdsBuilder().setHostname(name));
    }
    return call.build();
  }
}
