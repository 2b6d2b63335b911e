package io.meseta.scheduler.internal;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import java.util.Collection;
import java.util.Optional;

/** The calls of the scheduler API as messages, without framework id. */
public final class Calls {

  private Calls() {}

  /** LAUNCH, for {@link #accept}. */
  public static Offer.Operation launch(Collection<TaskInfo> tasks) {
    return Offer.Operation.newBuilder()
        .setType(Offer.Operation.Type.LAUNCH)
        .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks))
        .build();
  }

  /** ACCEPT. */
  public static Call accept(
      Collection<OfferID> offers, Collection<Offer.Operation> operations, Filters filters) {
    return of(Call.Type.ACCEPT)
        .setAccept(
            Call.Accept.newBuilder()
                .addAllOfferIds(offers)
                .addAllOperations(operations)
                .setFilters(filters))
        .build();
  }

  /** DECLINE. */
  public static Call decline(Collection<OfferID> offers, Filters filters) {
    return of(Call.Type.DECLINE)
        .setDecline(Call.Decline.newBuilder().addAllOfferIds(offers).setFilters(filters))
        .build();
  }

  /** REVIVE. */
  public static Call revive(Collection<String> roles) {
    return of(Call.Type.REVIVE).setRevive(Call.Revive.newBuilder().addAllRoles(roles)).build();
  }

  /** SUPPRESS. */
  public static Call suppress(Collection<String> roles) {
    return of(Call.Type.SUPPRESS)
        .setSuppress(Call.Suppress.newBuilder().addAllRoles(roles))
        .build();
  }

  /** KILL. */
  public static Call kill(TaskID task) {
    return of(Call.Type.KILL).setKill(Call.Kill.newBuilder().setTaskId(task)).build();
  }

  /** KILL with all that it can say. */
  public static Call kill(TaskID task, AgentID agent, KillPolicy policy) {
    return of(Call.Type.KILL)
        .setKill(Call.Kill.newBuilder().setTaskId(task).setAgentId(agent).setKillPolicy(policy))
        .build();
  }

  /**
   * ACKNOWLEDGE; empty for a status that wants none. Only what an agent sends has a uuid and is
   * sent again until acknowledged; what a master says by itself has none.
   */
  public static Optional<Call> acknowledge(TaskStatus status) {
    if (!status.hasUuid() || status.getUuid().isEmpty() || !status.hasAgentId()) {
      return Optional.empty();
    }
    return Optional.of(
        of(Call.Type.ACKNOWLEDGE)
            .setAcknowledge(
                Call.Acknowledge.newBuilder()
                    .setAgentId(status.getAgentId())
                    .setTaskId(status.getTaskId())
                    .setUuid(status.getUuid()))
            .build());
  }

  /** ACKNOWLEDGE_OPERATION_STATUS; empty for a status that wants none. */
  public static Optional<Call> acknowledge(OperationStatus status) {
    if (!status.hasUuid() || !status.hasOperationId()) {
      return Optional.empty();
    }
    Call.AcknowledgeOperationStatus.Builder acknowledge =
        Call.AcknowledgeOperationStatus.newBuilder()
            .setUuid(status.getUuid().getValue())
            .setOperationId(status.getOperationId());
    if (status.hasAgentId()) {
      acknowledge.setAgentId(status.getAgentId());
    }
    if (status.hasResourceProviderId()) {
      acknowledge.setResourceProviderId(status.getResourceProviderId());
    }
    return Optional.of(
        of(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
            .setAcknowledgeOperationStatus(acknowledge)
            .build());
  }

  /** RECONCILE. */
  public static Call reconcile(Collection<Call.Reconcile.Task> tasks) {
    return of(Call.Type.RECONCILE)
        .setReconcile(Call.Reconcile.newBuilder().addAllTasks(tasks))
        .build();
  }

  /** RECONCILE_OPERATIONS. */
  public static Call reconcileOperations(
      Collection<Call.ReconcileOperations.Operation> operations) {
    return of(Call.Type.RECONCILE_OPERATIONS)
        .setReconcileOperations(Call.ReconcileOperations.newBuilder().addAllOperations(operations))
        .build();
  }

  /** MESSAGE. */
  public static Call message(ExecutorID executor, AgentID agent, byte[] data) {
    return of(Call.Type.MESSAGE)
        .setMessage(
            Call.Message.newBuilder()
                .setExecutorId(executor)
                .setAgentId(agent)
                .setData(ByteString.copyFrom(data)))
        .build();
  }

  /** SHUTDOWN. */
  public static Call shutdown(ExecutorID executor, AgentID agent) {
    return of(Call.Type.SHUTDOWN)
        .setShutdown(Call.Shutdown.newBuilder().setExecutorId(executor).setAgentId(agent))
        .build();
  }

  /** UPDATE_FRAMEWORK. */
  public static Call updateFramework(FrameworkInfo framework, Collection<String> suppressedRoles) {
    return of(Call.Type.UPDATE_FRAMEWORK)
        .setUpdateFramework(
            Call.UpdateFramework.newBuilder()
                .setFrameworkInfo(framework)
                .addAllSuppressedRoles(suppressedRoles))
        .build();
  }

  /** ACCEPT_INVERSE_OFFERS. */
  public static Call acceptInverse(Collection<OfferID> inverseOffers) {
    return of(Call.Type.ACCEPT_INVERSE_OFFERS)
        .setAcceptInverseOffers(
            Call.AcceptInverseOffers.newBuilder().addAllInverseOfferIds(inverseOffers))
        .build();
  }

  /** DECLINE_INVERSE_OFFERS. */
  public static Call declineInverse(Collection<OfferID> inverseOffers) {
    return of(Call.Type.DECLINE_INVERSE_OFFERS)
        .setDeclineInverseOffers(
            Call.DeclineInverseOffers.newBuilder().addAllInverseOfferIds(inverseOffers))
        .build();
  }

  /** TEARDOWN. */
  public static Call teardown() {
    return of(Call.Type.TEARDOWN).build();
  }

  private static Call.Builder of(Call.Type type) {
    return Call.newBuilder().setType(type);
  }
}
