package io.meseta.master.core;

import io.meseta.api.v1.scheduler.Event;

/** Tells frameworks of agents and executors that are lost. */
final class Failures {

  private Failures() {}

  static void tell(Cluster cluster, Framework framework, Event.Failure.Builder failure) {
    if (framework.isConnected() && framework.streamId != null) {
      cluster.outbox.toFramework(
          framework.streamId,
          Event.newBuilder().setType(Event.Type.FAILURE).setFailure(failure).build());
    }
  }

  /** The agent is unreachable or gone. */
  static void tellAgentLost(Cluster cluster, Agent agent) {
    for (Framework framework : cluster.frameworks.values()) {
      tell(cluster, framework, Event.Failure.newBuilder().setAgentId(agent.id.toProto()));
    }
  }
}
