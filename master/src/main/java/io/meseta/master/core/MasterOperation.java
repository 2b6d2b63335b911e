package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Operation;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.UUID;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;

/**
 * An operation that was sent to an agent, until that has said how it ended; if its framework gave
 * it an id, until it has acknowledged that. State only.
 */
final class MasterOperation {

  /** Whose the operations of operators are on the link: no framework has an empty id. */
  static final FrameworkId OPERATOR = new FrameworkId("");

  final FrameworkId framework;
  final AgentId agent;

  /** Given by this master or an earlier one; tells it apart on the link to the agent. */
  final ByteString uuid;

  private final Offer.Operation info;
  private OperationStatus status;

  /**
   * As readers are shown it, made with its newest status: it is read more often than it changes.
   */
  private Operation shown;

  /** One that is ordered now. */
  MasterOperation(FrameworkId framework, AgentId agent, ByteString uuid, Offer.Operation info) {
    this(framework, agent, uuid, info, pending(agent, info));
  }

  /** One of which an agent tells. */
  MasterOperation(AgentId agent, OperationUpdate update) {
    this(
        FrameworkId.of(update.getFrameworkId()),
        agent,
        update.getOperationUuid(),
        update.getOperation(),
        update.getStatus());
  }

  private MasterOperation(
      FrameworkId framework,
      AgentId agent,
      ByteString uuid,
      Offer.Operation info,
      OperationStatus status) {
    this.framework = framework;
    this.agent = agent;
    this.uuid = uuid;
    this.info = info;
    this.status = status;
    this.shown = show();
  }

  private static OperationStatus pending(AgentId agent, Offer.Operation info) {
    OperationStatus.Builder status =
        OperationStatus.newBuilder()
            .setAgentId(agent.toProto())
            .setState(OperationState.OPERATION_PENDING);
    if (info.hasId()) {
      status.setOperationId(info.getId());
    }
    return status.build();
  }

  /** Whether its framework wants to hear how it ends. */
  boolean hasId() {
    return status.hasOperationId();
  }

  OperationID id() {
    return status.getOperationId();
  }

  /** The newest. With a uuid when its framework has to acknowledge it. */
  OperationStatus status() {
    return status;
  }

  void become(OperationStatus newest) {
    status = newest;
    shown = show();
  }

  /** A status by the master's own verdict: nobody acknowledges it. */
  OperationStatus verdict(OperationState state, String reason) {
    return OperationStatus.newBuilder()
        .setOperationId(id())
        .setAgentId(agent.toProto())
        .setState(state)
        .setMessage(reason)
        .build();
  }

  /** The agent has said how it ended. */
  boolean isOver() {
    return status.hasUuid();
  }

  Operation shown() {
    return shown;
  }

  private Operation show() {
    Operation.Builder operation =
        Operation.newBuilder()
            .setAgentId(agent.toProto())
            .setInfo(info)
            .setLatestStatus(status)
            .setUuid(UUID.newBuilder().setValue(uuid));
    if (!framework.equals(OPERATOR)) {
      operation.setFrameworkId(framework.toProto());
    }
    // As in Mesos: what nobody but the master has said is the latest status, and not one of these.
    if (isOver()) {
      operation.addStatuses(status);
    }
    return operation.build();
  }
}
