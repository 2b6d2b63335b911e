package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.journal.v1.OperationRecord;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.UUID;
import io.meseta.common.ids.FrameworkId;

/** An operation that is over, and of which its framework has not said that it knows. Data only. */
final class AgentOperation {

  private final FrameworkId framework;
  private final ByteString uuid;
  private final OperationStatus status;
  private final Operation ordered;
  private boolean durable;
  private int attempts;

  /** One that has just been applied, or refused. */
  AgentOperation(FrameworkId framework, ApplyOperation order, OperationStatus status) {
    this(framework, order.getOperationUuid(), order.getOperation(), status);
  }

  private AgentOperation(
      FrameworkId framework, ByteString uuid, Operation ordered, OperationStatus status) {
    this.framework = framework;
    this.uuid = uuid;
    this.ordered = ordered;
    this.status = status;
  }

  /** One from the journal. */
  AgentOperation(OperationRecord record) {
    this(
        FrameworkId.of(record.getFrameworkId()),
        record.getUuid(),
        record.getOperation(),
        record.getStatus());
    durable = true;
  }

  FrameworkId framework() {
    return framework;
  }

  ByteString uuid() {
    return uuid;
  }

  void becameDurable() {
    durable = true;
  }

  boolean isDurable() {
    return durable;
  }

  /** It is sent; the answer is how often it has been sent before. */
  int sent() {
    return attempts++;
  }

  /** It has to be sent anew, with patience as at first. */
  void unsent() {
    attempts = 0;
  }

  boolean isAcknowledgedBy(ByteString statusUuid) {
    return durable && status.getUuid().getValue().equals(statusUuid);
  }

  /** As readers are shown it. */
  io.meseta.api.v1.Operation toProto() {
    OperationStatus latest = update().getStatus();
    return io.meseta.api.v1.Operation.newBuilder()
        .setFrameworkId(framework.toProto())
        .setAgentId(latest.getAgentId())
        .setInfo(ordered)
        .setLatestStatus(latest)
        .addStatuses(latest)
        .setUuid(UUID.newBuilder().setValue(uuid))
        .build();
  }

  /** As it may be told now: how it ended only when that is durable. */
  OperationUpdate update() {
    return OperationUpdate.newBuilder()
        .setFrameworkId(framework.toProto())
        .setOperationUuid(uuid)
        .setStatus(
            durable
                ? status
                : OperationStatus.newBuilder()
                    .setOperationId(status.getOperationId())
                    .setAgentId(status.getAgentId())
                    .setState(OperationState.OPERATION_PENDING)
                    .build())
        .build();
  }

  /** The same for a master that may not have ordered it. */
  OperationUpdate description() {
    return update().toBuilder().setOperation(ordered).build();
  }

  OperationRecord toRecord() {
    return OperationRecord.newBuilder()
        .setFrameworkId(framework.toProto())
        .setUuid(uuid)
        .setStatus(status)
        .setOperation(ordered)
        .build();
  }
}
