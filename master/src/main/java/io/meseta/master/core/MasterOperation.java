package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.common.ids.AgentId;

/**
 * An operation whose framework wants to hear how it ends, until it has acknowledged that. State
 * only.
 */
final class MasterOperation {

  final OperationID id;
  final AgentId agent;

  /** Given by this master or an earlier one; tells it apart on the link to the agent. */
  final ByteString uuid;

  /** The newest. With a uuid when its framework has to acknowledge it. */
  OperationStatus status;

  /** One that is ordered now. */
  MasterOperation(OperationID id, AgentId agent, ByteString uuid) {
    this(agent, uuid, status(id, agent, OperationState.OPERATION_PENDING).build());
  }

  /** One of which an agent tells. */
  MasterOperation(AgentId agent, ByteString uuid, OperationStatus status) {
    this.id = status.getOperationId();
    this.agent = agent;
    this.uuid = uuid;
    this.status = status;
  }

  /** A status by the master's own verdict: nobody acknowledges it. */
  OperationStatus.Builder verdict(OperationState state) {
    return status(id, agent, state);
  }

  static OperationStatus.Builder status(OperationID id, AgentId agent, OperationState state) {
    return OperationStatus.newBuilder()
        .setOperationId(id)
        .setAgentId(agent.toProto())
        .setState(state);
  }

  /** The agent has said how it ended. */
  boolean isOver() {
    return status.hasUuid();
  }
}
