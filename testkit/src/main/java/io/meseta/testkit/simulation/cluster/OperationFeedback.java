package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.internal.CallFailure;
import io.meseta.scheduler.internal.Calls;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** An author's memory of operations that have an id: it waits for each end, and asks for it. */
final class OperationFeedback {
  private final FrameworkOwner owner;
  private final FrameworkHost host;
  private final Draw draw;

  /** Those of which it has not heard, and the agents that they are on. */
  private final TreeMap<String, String> pending;

  /** Those in calls that no master has answered. */
  private final TreeMap<Long, List<String>> underWay = new TreeMap<>();

  OperationFeedback(FrameworkOwner owner, FrameworkHost host, Draw draw) {
    this.owner = owner;
    this.host = host;
    this.draw = draw;
    this.pending = owner.operations();
  }

  /** They leave with this call. */
  void sent(long call, List<Offer.Operation> operations, AgentID agent) {
    List<String> ids = new ArrayList<>();
    for (Offer.Operation operation : operations) {
      host.world.tally().count("operations asked for: " + operation.getType());
      if (operation.hasId()) {
        ids.add(operation.getId().getValue());
        pending.put(operation.getId().getValue(), agent.getValue());
      }
    }
    if (!ids.isEmpty()) {
      underWay.put(call, ids);
    }
  }

  void taken(long call) {
    underWay.remove(call);
  }

  void failed(long call, CallFailure failure) {
    List<String> ids = underWay.remove(call);
    if (ids != null && failure.kind() != CallFailure.Kind.OUTCOME_UNKNOWN) {
      ids.forEach(pending::remove);
    }
  }

  void told(OperationStatus status) {
    switch (status.getState()) {
      case OPERATION_FINISHED,
          OPERATION_FAILED,
          OPERATION_ERROR,
          OPERATION_DROPPED,
          OPERATION_GONE_BY_OPERATOR,
          OPERATION_UNKNOWN ->
          pending.remove(status.getOperationId().getValue());
      case OPERATION_PENDING,
          OPERATION_UNREACHABLE,
          OPERATION_RECOVERING,
          OPERATION_UNSUPPORTED -> {}
    }
    switch (owner.plan().acks()) {
      case AUTOMATIC, BY_HAND -> acknowledge(status);
      case LATE ->
          host.after(
              Duration.ofNanos(draw.exponential(Duration.ofSeconds(20))),
              () -> acknowledge(status));
      case TWICE -> {
        acknowledge(status);
        acknowledge(status);
      }
    }
  }

  private void acknowledge(OperationStatus status) {
    Calls.acknowledge(status).ifPresent(host::call);
  }

  void tick() {
    if (pending.isEmpty()) {
      return;
    }
    if (draw.chance(0.3)) {
      askForAll();
    } else if (draw.chance(0.1)) {
      host.call(Calls.reconcileOperations(List.of()));
    }
  }

  void askForAll() {
    List<Call.ReconcileOperations.Operation> asked = new ArrayList<>();
    pending.forEach((id, agent) -> {
      Call.ReconcileOperations.Operation.Builder one =
          Call.ReconcileOperations.Operation.newBuilder()
              .setOperationId(OperationID.newBuilder().setValue(id));
      if (draw.chance(0.7)) {
        one.setAgentId(AgentID.newBuilder().setValue(agent));
      }
      asked.add(one.build());
    });
    if (!asked.isEmpty()) {
      host.call(Calls.reconcileOperations(asked));
    }
  }
}
