package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AcknowledgeOperation;
import io.meseta.api.link.v1.ApplyOperation;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.OperationUpdate;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operations on resources from ACCEPT to the acknowledged end.
 *
 * <p>What an operation makes of resources is true for this master at once: see {@link Launches}.
 * Here is what its framework hears of it, if it gave it an id:
 *
 * <pre>
 * sent to the agent                              OPERATION_PENDING (only when asked)
 * the agent says how it ended                    OPERATION_FINISHED, _FAILED: to be acknowledged
 * the agent came back and never had it           OPERATION_DROPPED
 * the agent is unreachable                       OPERATION_UNREACHABLE
 * the agent was declared gone by an operator     OPERATION_GONE_BY_OPERATOR
 * </pre>
 *
 * <p>The agent keeps how it ended until that is acknowledged, and repeats it; the master forwards,
 * and knows it again after a failover from what agents list when they register. When an agent could
 * not do what this master took for done, it is made to register again, which sets everything right.
 */
final class Operations {

  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  /** More than any framework has reason to leave unacknowledged. */
  private static final int MAX_PER_FRAMEWORK = 1_000;

  private final Cluster cluster;

  Operations(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Why the framework cannot have another one of this id, if so. */
  Optional<String> refusal(Framework framework, Operation operation) {
    return operation.hasId() && framework.operations.size() >= MAX_PER_FRAMEWORK
        ? Optional.of(
            "The framework has "
                + MAX_PER_FRAMEWORK
                + " operations that it has not acknowledged: acknowledge them first")
        : Optional.empty();
  }

  /** Sends it to its agent, which is connected. */
  void apply(Framework framework, Agent agent, Operation operation) {
    MasterOperation ordered = order(agent, framework.id, operation);
    if (ordered.hasId()) {
      framework.operations.put(ordered.id().getValue(), ordered);
    }
  }

  /** The same for an operator, who hears no more of it. */
  void applyForOperator(Agent agent, Operation operation) {
    order(agent, MasterOperation.OPERATOR, operation);
  }

  private MasterOperation order(Agent agent, FrameworkId owner, Operation operation) {
    MasterOperation ordered =
        new MasterOperation(owner, agent.id, cluster.newOperationUuid(), operation);
    cluster.operations.put(ordered);
    send(
        agent,
        MasterMessage.newBuilder()
            .setApplyOperation(
                ApplyOperation.newBuilder()
                    .setFrameworkId(owner.toProto())
                    .setOperationUuid(ordered.uuid)
                    .setOperation(operation)));
    return ordered;
  }

  /** It is not applied; whoever gave it an id hears why. */
  void refuse(Framework framework, Operation operation, String reason) {
    log.info("{}: operation {} refused: {}", framework, operation.getType(), reason);
    if (operation.hasId()) {
      tell(
          framework,
          OperationStatus.newBuilder()
              .setOperationId(operation.getId())
              .setState(OperationState.OPERATION_ERROR)
              .setMessage(reason)
              .build());
    }
  }

  // ---- what agents say ----

  void handleUpdate(Agent agent, OperationUpdate update) {
    OperationStatus status = update.getStatus();
    FrameworkId id = FrameworkId.of(update.getFrameworkId());
    Framework framework = cluster.frameworks.get(id);
    if (framework == null && !id.equals(MasterOperation.OPERATOR)) {
      send(
          agent,
          MasterMessage.newBuilder()
              .setShutdownFramework(ShutdownFramework.newBuilder().setFrameworkId(id.toProto())));
    }
    if (framework != null && status.hasUuid() && status.hasOperationId()) {
      remember(framework, agent, update);
      tell(framework, status);
    } else {
      MasterOperation known = cluster.operations.get(agent.id, update.getOperationUuid());
      if (known != null && (framework == null || !known.hasId())) {
        forget(known);
      }
    }
    if (status.getState() == OperationState.OPERATION_FAILED) {
      resynchronize(agent, update);
    }
  }

  private void remember(Framework framework, Agent agent, OperationUpdate update) {
    MasterOperation known = cluster.operations.get(agent.id, update.getOperationUuid());
    MasterOperation operation = known == null ? new MasterOperation(agent.id, update) : known;
    operation.become(update.getStatus());
    cluster.operations.put(operation);
    MasterOperation before = framework.operations.put(operation.id().getValue(), operation);
    if (before != null && before != operation) {
      cluster.operations.remove(before);
    }
  }

  /** Nobody is to hear more of it. */
  private void forget(MasterOperation operation) {
    cluster.operations.remove(operation);
    Framework framework = cluster.frameworks.get(operation.framework);
    if (framework != null && operation.hasId()) {
      framework.operations.remove(operation.id().getValue(), operation);
    }
  }

  /** Once for each failure: it is told again until it is acknowledged. */
  private void resynchronize(Agent agent, OperationUpdate update) {
    if (agent.failedOperations.add(update.getOperationUuid())) {
      log.warn(
          "Agent {} could not do what was ordered: {}. It is made to register again",
          agent,
          update.getStatus().getMessage());
      agent.link.ifPresent(link ->
          cluster.outbox.add(
              new MasterEffect.CloseLink(link, "the agent's resources are not as they should be")));
    }
  }

  /** A returning agent lists all that it has: what it does not list, it never had, or is done. */
  void takeOver(Agent agent, Register request) {
    Set<ByteString> listed = new LinkedHashSet<>();
    agent.failedOperations.clear();
    for (OperationUpdate update : request.getOperationsList()) {
      if (update.getStatus().getState() == OperationState.OPERATION_FAILED) {
        agent.failedOperations.add(update.getOperationUuid());
      }
      Framework framework = cluster.frameworks.get(FrameworkId.of(update.getFrameworkId()));
      if (framework != null && update.getStatus().hasOperationId()) {
        remember(framework, agent, update);
        listed.add(update.getOperationUuid());
      }
    }
    for (MasterOperation operation : cluster.operations.of(agent.id)) {
      if (!listed.contains(operation.uuid)) {
        end(
            operation,
            OperationState.OPERATION_DROPPED,
            "Agent " + agent + " came back without this operation");
      }
    }
  }

  // ---- agents that are away ----

  void leaveUnreachable(Agent agent) {
    for (MasterOperation operation : cluster.operations.of(agent.id)) {
      Framework framework = cluster.frameworks.get(operation.framework);
      if (framework == null || !operation.hasId()) {
        forget(operation);
      } else if (!operation.isOver()) {
        operation.become(
            operation.verdict(
                OperationState.OPERATION_UNREACHABLE, "Agent " + agent + " is unreachable"));
        cluster.operations.put(operation);
        tell(framework, operation.status());
      }
    }
  }

  void endGone(Agent agent) {
    for (MasterOperation operation : cluster.operations.of(agent.id)) {
      end(
          operation,
          OperationState.OPERATION_GONE_BY_OPERATOR,
          "Agent " + agent + " was declared gone by an operator");
    }
  }

  /** Whoever waits for its end hears this one. */
  private void end(MasterOperation operation, OperationState state, String reason) {
    Framework framework = cluster.frameworks.get(operation.framework);
    forget(operation);
    if (framework != null && operation.hasId() && !operation.isOver()) {
      tell(framework, operation.verdict(state, reason));
    }
  }

  /** Nobody knows the agent any more. */
  void forget(AgentId agent) {
    cluster.operations.of(agent).forEach(this::forget);
  }

  // ---- calls ----

  void acknowledge(Framework framework, Call.AcknowledgeOperationStatus call) {
    MasterOperation operation = framework.operations.get(call.getOperationId().getValue());
    Agent agent = operation == null ? null : cluster.agents.get(operation.agent);
    if (operation == null || agent == null || !agent.isConnected()) {
      // An agent that is away sends it again when it is back.
      log.debug("{} acknowledges an operation in vain", framework);
      return;
    }
    send(
        agent,
        MasterMessage.newBuilder()
            .setAcknowledgeOperation(
                AcknowledgeOperation.newBuilder()
                    .setOperationUuid(operation.uuid)
                    .setStatusUuid(call.getUuid())));
    if (operation.isOver() && operation.status().getUuid().getValue().equals(call.getUuid())) {
      forget(operation);
      agent.failedOperations.remove(operation.uuid);
    }
  }

  /**
   * The newest states, without a uuid. Of one that is not known: RECOVERING as long as the agent
   * that may have it has not come back to this master, UNREACHABLE and GONE_BY_OPERATOR by the
   * agent's state, else UNKNOWN.
   */
  void reconcile(Framework framework, Call.ReconcileOperations call) {
    if (call.getOperationsCount() == 0) {
      framework.operations.values().forEach(operation -> answer(framework, operation));
      return;
    }
    for (Call.ReconcileOperations.Operation asked : call.getOperationsList()) {
      MasterOperation known = framework.operations.get(asked.getOperationId().getValue());
      if (known != null) {
        answer(framework, known);
      } else {
        tell(framework, unknown(asked));
      }
    }
  }

  private void answer(Framework framework, MasterOperation operation) {
    tell(
        framework,
        operation.status().toBuilder()
            .clearUuid()
            .setMessage("Reconciliation: latest operation state")
            .build());
  }

  private OperationStatus unknown(Call.ReconcileOperations.Operation asked) {
    OperationID id = asked.getOperationId();
    OperationStatus.Builder status =
        OperationStatus.newBuilder().setOperationId(id).setMessage("Reconciliation: not known");
    if (!asked.hasAgentId()) {
      boolean mayBeThere =
          cluster.agents.values().stream().anyMatch(a -> a.state() == AgentState.RECOVERED);
      return status
          .setState(
              mayBeThere ? OperationState.OPERATION_RECOVERING : OperationState.OPERATION_UNKNOWN)
          .build();
    }
    Agent agent = cluster.agents.get(AgentId.of(asked.getAgentId()));
    status.setAgentId(asked.getAgentId());
    if (agent == null) {
      return status.setState(OperationState.OPERATION_UNKNOWN).build();
    }
    return status
        .setState(
            switch (agent.state()) {
              case RECOVERED -> OperationState.OPERATION_RECOVERING;
              case CONNECTED, DISCONNECTED -> OperationState.OPERATION_UNKNOWN;
              case UNREACHABLE -> OperationState.OPERATION_UNREACHABLE;
              case GONE -> OperationState.OPERATION_GONE_BY_OPERATOR;
            })
        .build();
  }

  // ---- sending ----

  private void tell(Framework framework, OperationStatus status) {
    if (framework.isConnected() && framework.streamId != null) {
      cluster.outbox.toFramework(
          framework.streamId,
          Event.newBuilder()
              .setType(Event.Type.UPDATE_OPERATION_STATUS)
              .setUpdateOperationStatus(
                  Event.UpdateOperationStatus.newBuilder().setStatus(readable(framework, status)))
              .build());
    }
  }

  /** Older frameworks know the older form of reservations only. */
  private static OperationStatus readable(Framework framework, OperationStatus status) {
    if (status.getConvertedResourcesCount() == 0
        || framework.can(FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT)) {
      return status;
    }
    try {
      Resources converted = Resources.fromProto(status.getConvertedResourcesList());
      return status.toBuilder()
          .clearConvertedResources()
          .addAllConvertedResources(converted.withoutRefined().toProto(ReservationFormat.LEGACY))
          .build();
    } catch (ResourceException e) {
      log.warn("An agent tells of converted resources that are invalid: {}", e.getMessage());
      return status.toBuilder().clearConvertedResources().build();
    }
  }

  private void send(Agent agent, MasterMessage.Builder message) {
    agent.link.ifPresent(link -> cluster.outbox.toAgent(link, message));
  }
}
