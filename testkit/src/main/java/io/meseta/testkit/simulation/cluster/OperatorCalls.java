package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.master.Call;
import java.time.Duration;
import java.util.Optional;

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
}
