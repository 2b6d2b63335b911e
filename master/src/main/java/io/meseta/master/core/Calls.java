package io.meseta.master.core;

import io.meseta.api.link.v1.ExecutorMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.ShutdownExecutor;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.allocator.InverseOfferStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of the scheduler API, after the edge has checked method, media types and form.
 *
 * <p>Status codes, in this order, as in Mesos: unknown framework 400, another principal than the
 * framework's 400, framework not connected 403, stream id missing or not the current one 400, type
 * not known here 501, otherwise 202.
 */
final class Calls {

  private static final Logger log = LoggerFactory.getLogger(Calls.class);

  private final Cluster cluster;
  private final Slices slices;

  Calls(Cluster cluster, Slices slices) {
    this.cluster = cluster;
    this.slices = slices;
  }

  void handle(MasterEvent.CallReceived event) {
    Call call = event.call();
    if (call.getType() == Call.Type.SUBSCRIBE) {
      slices.subscriptions().handleSubscribe(event);
      return;
    }
    Framework framework = cluster.frameworks.get(FrameworkId.of(call.getFrameworkId()));
    Optional<Refusal> refusal = refusal(event, framework);
    if (refusal.isPresent() || framework == null) {
      refusal.ifPresent(r -> cluster.outbox.refused(event.exchange(), r.status(), r.reason()));
      return;
    }
    switch (call.getType()) {
      // These are answered when they are durable.
      case UPDATE_FRAMEWORK ->
          slices
              .frameworkUpdates()
              .handle(framework, event.exchange(), call.getUpdateFramework(), event.at());
      case TEARDOWN ->
          slices
              .frameworks()
              .complete(
                  framework,
                  "it was torn down",
                  event.at(),
                  unused -> cluster.outbox.accepted(event.exchange()));
      default -> {
        cluster.outbox.accepted(event.exchange());
        apply(framework, call, event.at());
      }
    }
  }

  private record Refusal(int status, String reason) {}

  private Optional<Refusal> refusal(MasterEvent.CallReceived event, @Nullable Framework framework) {
    if (framework == null) {
      return refuse(400, "Framework cannot be found");
    }
    if (event.principal().isPresent()
        && framework.info.hasPrincipal()
        && !event.principal().get().equals(framework.info.getPrincipal())) {
      return refuse(
          400,
          "Authenticated principal '"
              + event.principal().get()
              + "' does not match principal '"
              + framework.info.getPrincipal()
              + "' set in FrameworkInfo");
    }
    if (!framework.isConnected()) {
      return refuse(403, "Framework is not subscribed");
    }
    if (event.streamId().isEmpty()) {
      return refuse(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
    }
    if (!event.streamId().get().equals(framework.streamId)) {
      return refuse(
          400,
          "The stream ID '"
              + event.streamId().get()
              + "' included in this request didn't match the stream ID currently associated with"
              + " framework ID '"
              + framework.id
              + "'");
    }
    return switch (event.call().getType()) {
      case UNKNOWN ->
          refuse(501, "Call " + event.call().getType() + " is not implemented by this master");
      default -> Optional.empty();
    };
  }

  private static Optional<Refusal> refuse(int status, String reason) {
    return Optional.of(new Refusal(status, reason));
  }

  private void apply(Framework framework, Call call, Instant at) {
    switch (call.getType()) {
      case ACCEPT -> slices.launches().accept(framework, call.getAccept(), at);
      case DECLINE -> slices.launches().decline(framework, call.getDecline(), at);
      case REVIVE -> revive(framework, call.getRevive().getRolesList());
      case SUPPRESS -> suppress(framework, call.getSuppress().getRolesList());
      case KILL -> slices.tasks().kill(framework, call.getKill(), at, slices.reconciliation());
      case ACKNOWLEDGE -> slices.tasks().acknowledge(framework, call.getAcknowledge());
      case RECONCILE -> slices.reconciliation().reconcile(framework, call.getReconcile(), at);
      case MESSAGE -> message(framework, call.getMessage());
      case SHUTDOWN -> shutDownExecutor(framework, call.getShutdown());
      case ACKNOWLEDGE_OPERATION_STATUS ->
          slices.operations().acknowledge(framework, call.getAcknowledgeOperationStatus());
      case RECONCILE_OPERATIONS ->
          slices.operations().reconcile(framework, call.getReconcileOperations());
      case ACCEPT_INVERSE_OFFERS ->
          slices
              .inverseOffers()
              .answer(
                  framework,
                  call.getAcceptInverseOffers().getInverseOfferIdsList(),
                  InverseOfferStatus.Status.ACCEPT,
                  call.getAcceptInverseOffers().getFilters(),
                  at);
      case DECLINE_INVERSE_OFFERS ->
          slices
              .inverseOffers()
              .answer(
                  framework,
                  call.getDeclineInverseOffers().getInverseOfferIdsList(),
                  InverseOfferStatus.Status.DECLINE,
                  call.getDeclineInverseOffers().getFilters(),
                  at);
      // Taken and without effect, as in Mesos: no built-in allocator listens to requests.
      case REQUEST -> log.debug("{}: {} has no effect", framework, call.getType());
      case SUBSCRIBE, TEARDOWN, UPDATE_FRAMEWORK, UNKNOWN ->
          throw new IllegalStateException(call.getType() + " is answered elsewhere");
    }
  }

  private void revive(Framework framework, List<String> roles) {
    SortedSet<String> named = named(framework, roles);
    if (named.isEmpty()) {
      return;
    }
    framework.suppressedRoles.removeAll(named);
    cluster.allocator.revive(framework.id, named);
    slices.allocations().soon();
    cluster.touch(framework);
  }

  private void suppress(Framework framework, List<String> roles) {
    SortedSet<String> named = named(framework, roles);
    if (named.isEmpty()) {
      return;
    }
    framework.suppressedRoles.addAll(named);
    cluster.allocator.suppress(framework.id, named);
    cluster.touch(framework);
  }

  /** All of its roles if it names none. As in Mesos a call with a foreign one has no effect. */
  private static SortedSet<String> named(Framework framework, List<String> roles) {
    SortedSet<String> own = new TreeSet<>(framework.roles());
    if (roles.isEmpty()) {
      return own;
    }
    for (String role : roles) {
      if (!own.contains(role)) {
        log.warn("{} suppresses or revives a role that it does not have: ignored", framework);
        return Collections.emptySortedSet();
      }
    }
    return new TreeSet<>(roles);
  }

  private void message(Framework framework, Call.Message call) {
    linkOf(framework, call.getAgentId())
        .ifPresent(link ->
            cluster.outbox.toAgent(
                link,
                MasterMessage.newBuilder()
                    .setExecutorMessage(
                        ExecutorMessage.newBuilder()
                            .setFrameworkId(framework.id.toProto())
                            .setExecutorId(call.getExecutorId())
                            .setData(call.getData()))));
  }

  private void shutDownExecutor(Framework framework, Call.Shutdown call) {
    linkOf(framework, call.getAgentId())
        .ifPresent(link ->
            cluster.outbox.toAgent(
                link,
                MasterMessage.newBuilder()
                    .setShutdownExecutor(
                        ShutdownExecutor.newBuilder()
                            .setFrameworkId(framework.id.toProto())
                            .setExecutorId(call.getExecutorId()))));
  }

  private OptionalLong linkOf(Framework framework, AgentID id) {
    Agent agent = cluster.agents.get(AgentId.of(id));
    if (agent == null || !agent.isConnected()) {
      log.info("{} speaks to agent {}, which is not connected: dropped", framework, id.getValue());
      return OptionalLong.empty();
    }
    return agent.link;
  }
}
