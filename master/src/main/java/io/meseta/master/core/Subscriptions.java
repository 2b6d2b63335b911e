package io.meseta.master.core;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.constraints.CompiledConstraints;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.validation.FrameworkRights;
import io.meseta.master.validation.FrameworkValidation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SUBSCRIBE, for the first time and again.
 *
 * <p>A framework is welcomed only when the registry holds its description, so that no id is ever
 * lost. Until then its subscription is parked; a newer subscription with the same id takes the
 * place of an older one, parked or streaming.
 */
final class Subscriptions {

  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

  private final Cluster cluster;
  private final Frameworks frameworks;
  private final Allocations allocations;
  private final FrameworkValidation validation;

  Subscriptions(Cluster cluster, Frameworks frameworks, Allocations allocations) {
    this.cluster = cluster;
    this.frameworks = frameworks;
    this.allocations = allocations;
    this.validation = new FrameworkValidation(cluster.settings.rootSubmissions());
  }

  void handleSubscribe(MasterEvent.CallReceived event) {
    Call.Subscribe subscribe = event.call().getSubscribe();
    ParkedSubscription request =
        new ParkedSubscription(event.exchange(), event.newStreamId(), subscribe);
    Optional<String> refusal = refusal(event, subscribe);
    if (refusal.isPresent()) {
      frameworks.refuse(request, refusal.get());
      return;
    }
    FrameworkInfo asked = subscribe.getFrameworkInfo();
    if (!asked.hasId() || asked.getId().getValue().isEmpty()) {
      FrameworkInfo named = asked.toBuilder().setId(cluster.newFrameworkId().toProto()).build();
      store(named, request, event.at());
      return;
    }
    FrameworkId id = FrameworkId.of(asked.getId());
    if (cluster.records.isCompleted(id)) {
      // About to be removed, but not yet for sure: told when the registry says so.
      cluster.records.whenDurable(
          unused -> frameworks.refuse(request, "Framework has been removed"));
      return;
    }
    Framework known = cluster.frameworks.get(id);
    if (known == null) {
      // The framework chose its id itself, or no registry remembers it: taken as it is.
      store(asked, request, event.at());
      return;
    }
    warnOfIgnoredChanges(known, asked);
    FrameworkInfo merged = FrameworkValidation.resubscribed(known.info, asked);
    if (isStored(merged) && !cluster.subscribing.containsKey(id)) {
      welcome(known, request, event.at());
    } else {
      store(merged, request, event.at());
    }
  }

  /** Whether the registry has the framework just so, or will have it. */
  private boolean isStored(FrameworkInfo info) {
    return cluster
        .records
        .activeFramework(FrameworkId.of(info.getId()))
        .map(record -> FrameworkValidation.resubscribed(record.getInfo(), record.getInfo()))
        .filter(info::equals)
        .isPresent();
  }

  private Optional<String> refusal(MasterEvent.CallReceived event, Call.Subscribe subscribe) {
    FrameworkInfo info = subscribe.getFrameworkInfo();
    Optional<String> invalid =
        validation
            .invalidReason(info, subscribe.getSuppressedRolesList())
            .or(() ->
                FrameworkValidation.invalidConstraints(
                    info,
                    subscribe.getOfferConstraints(),
                    cluster.settings.offerConstraintLimits()));
    if (invalid.isPresent()) {
      return invalid;
    }
    if (event.principal().isPresent()
        && info.hasPrincipal()
        && !event.principal().get().equals(info.getPrincipal())) {
      return Optional.of(
          "The framework's principal '"
              + info.getPrincipal()
              + "' is not the authenticated one '"
              + event.principal().get()
              + "'");
    }
    Optional<String> forbidden =
        belongsToAnother(event.principal(), info)
            .or(() -> new FrameworkRights(cluster.authorizer).invalidRole(info));
    if (forbidden.isPresent()) {
      return forbidden;
    }
    if (info.hasId() && cluster.completedFrameworks.containsKey(FrameworkId.of(info.getId()))) {
      return Optional.of("Framework has been removed");
    }
    return Optional.empty();
  }

  /** Whoever knows a framework's id must not take it over with a principal of their own. */
  private Optional<String> belongsToAnother(Optional<String> principal, FrameworkInfo info) {
    Framework known = info.hasId() ? cluster.frameworks.get(FrameworkId.of(info.getId())) : null;
    boolean another =
        known != null
            && principal.isPresent()
            && known.info.hasPrincipal()
            && !known.info.getPrincipal().equals(principal.get());
    return another
        ? Optional.of("The framework belongs to another principal than '" + principal.get() + "'")
        : Optional.empty();
  }

  private static void warnOfIgnoredChanges(Framework known, FrameworkInfo asked) {
    List<String> ignored = FrameworkValidation.ignoredChanges(known.info, asked);
    if (!ignored.isEmpty()) {
      log.warn("Framework {} keeps its {} for life", known, String.join(", ", ignored));
    }
  }

  private void store(FrameworkInfo info, ParkedSubscription request, Instant at) {
    FrameworkId id = FrameworkId.of(info.getId());
    ParkedSubscription older = cluster.subscribing.put(id, request);
    if (older != null) {
      cluster.outbox.add(new MasterEffect.OpenStream(older.exchange(), older.streamId()));
      frameworks.closeWithError(older.streamId(), "Framework failed over");
    }
    cluster.records.put(
        Frameworks.record(info, FrameworkRecord.State.ACTIVE, at),
        durableAt -> handleStored(info, durableAt));
  }

  private void handleStored(FrameworkInfo info, Instant at) {
    FrameworkId id = FrameworkId.of(info.getId());
    if (cluster.records.isCompleted(id)) {
      // Torn down while it subscribed: answered when the registry says so, right behind this.
      return;
    }
    Framework framework = cluster.frameworks.get(id);
    if (framework == null) {
      log.info("Framework {} ({}) is admitted", id, info.getName());
      framework = frameworks.admit(info, at);
    } else {
      framework.describe(info);
      allocations.updateFramework(framework);
    }
    ParkedSubscription request = cluster.subscribing.remove(id);
    if (request != null) {
      welcome(framework, request, at);
    } else if (!framework.isConnected()) {
      frameworks.startFailoverTimeout(framework, at);
    }
  }

  private void welcome(Framework framework, ParkedSubscription request, Instant at) {
    frameworks.replaceStream(framework, at);
    if (framework.hasSubscribed) {
      framework.reregisteredAt = Optional.of(at);
    }
    framework.suppressedRoles.clear();
    framework.suppressedRoles.addAll(new TreeSet<>(request.call().getSuppressedRolesList()));
    framework.offerConstraints = request.call().getOfferConstraints();
    framework.constraints =
        CompiledConstraints.of(
            request.call().getOfferConstraints(), cluster.settings.offerConstraintLimits());
    log.info("Framework {} is subscribed on stream {}", framework, request.streamId());
    cluster.outbox.add(new MasterEffect.OpenStream(request.exchange(), request.streamId()));
    cluster.outbox.toFramework(
        request.streamId(),
        Event.newBuilder()
            .setType(Event.Type.SUBSCRIBED)
            .setSubscribed(
                Event.Subscribed.newBuilder()
                    .setFrameworkId(framework.id.toProto())
                    .setHeartbeatIntervalSeconds(
                        cluster.settings.heartbeatInterval().toNanos() / 1e9)
                    .setMasterInfo(cluster.self))
            .build());
    frameworks.connect(framework, request.streamId());
  }

  /** The client of a parked subscription left: the framework is stored, and not connected. */
  void handleExchangeClosed(long exchange) {
    cluster.subscribing.values().removeIf(request -> request.exchange() == exchange);
  }
}
