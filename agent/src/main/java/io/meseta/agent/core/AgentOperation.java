package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.journal.v1.OperationRecord;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.common.ids.FrameworkId;

/** An operation that is over, and of which its framework has not said that it knows. Data only. */
final class AgentOperation {

  private final FrameworkId framework;
  private final ByteString uuid;
  private final OperationStatus status;
  private boolean durable;
  private int attempts;

  /** One that has just been applied, or refused. */
  AgentOperation(FrameworkId framework, ByteString uuid, OperationStatus status) {
    this.framework = framework;
    this.uuid = uuid;
    this.status = status;
  }

  /** One from the journal. */
  AgentOperation(OperationRecord record) {
    this(FrameworkId.of(record.getFrameworkId()), record.getUuid(), record.getStatus());
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

  OperationRecord toRecord() {
    return OperationRecord.newBuilder()
        .setFrameworkId(framework.toProto())
        .setUuid(uuid)
        .setStatus(status)
        .build();
  }
}
