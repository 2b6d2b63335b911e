package io.meseta.master.core;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.constraints.CompiledConstraints;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.validation.FrameworkRights;
import io.meseta.master.validation.FrameworkValidation;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UPDATE_FRAMEWORK: a subscribed framework describes itself anew, all of it or nothing.
 *
 * <p>Answered 200 once the registry holds the description and it is in force; 400 where it is not
 * valid, or changes what a framework keeps for life; 403 where it may not have a role; 409 where
 * the framework is subscribing anew or being removed at the same moment. Offers for roles that are
 * gone are rescinded; tasks of such roles run on.
 */
final class FrameworkUpdates {

  private static final Logger log = LoggerFactory.getLogger(FrameworkUpdates.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final Frameworks frameworks;
  private final FrameworkValidation validation;

  FrameworkUpdates(Cluster cluster, Allocations allocations, Offers offers, Frameworks frameworks) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.frameworks = frameworks;
    this.validation = new FrameworkValidation(cluster.settings.rootSubmissions());
  }

  void handle(Framework framework, long exchange, Call.UpdateFramework call, Instant at) {
    FrameworkInfo info = call.getFrameworkInfo();
    Optional<String> invalid =
        validation
            .invalidReason(info, call.getSuppressedRolesList())
            .or(() -> FrameworkValidation.updateRefusal(framework.info, info));
    if (invalid.isPresent()) {
      cluster.outbox.refused(exchange, 400, "FrameworkInfo is not valid: " + invalid.get());
      return;
    }
    Optional<String> invalidConstraints =
        FrameworkValidation.invalidConstraints(
            info, call.getOfferConstraints(), cluster.settings.offerConstraintLimits());
    if (invalidConstraints.isPresent()) {
      cluster.outbox.refused(exchange, 400, invalidConstraints.get());
      return;
    }
    Optional<String> forbidden = new FrameworkRights(cluster.authorizer).invalidRole(info);
    if (forbidden.isPresent()) {
      cluster.outbox.refused(exchange, 403, forbidden.get());
      return;
    }
    if (cluster.subscribing.containsKey(framework.id)
        || cluster.records.isCompleted(framework.id)) {
      refuseConflict(exchange);
      return;
    }
    String stream = framework.streamId;
    cluster.records.put(
        Frameworks.record(info, FrameworkRecord.State.ACTIVE, at),
        durableAt -> handleStored(exchange, stream, call, durableAt));
  }

  private void refuseConflict(long exchange) {
    cluster.outbox.refused(
        exchange, 409, "The framework is subscribing anew or being removed at the same moment");
  }

  private void handleStored(
      long exchange, @Nullable String stream, Call.UpdateFramework call, Instant at) {
    Framework framework = cluster.frameworks.get(FrameworkId.of(call.getFrameworkInfo().getId()));
    if (framework == null) {
      refuseConflict(exchange);
      return;
    }
    log.info("Framework {} describes itself anew", framework);
    framework.describe(call.getFrameworkInfo());
    if (Objects.equals(stream, framework.streamId)) {
      framework.suppressedRoles.clear();
      framework.suppressedRoles.addAll(call.getSuppressedRolesList());
      framework.offerConstraints = call.getOfferConstraints();
      framework.constraints =
          CompiledConstraints.of(
              call.getOfferConstraints(), cluster.settings.offerConstraintLimits());
    } else {
      // Whoever has subscribed meanwhile has said which roles are suppressed, and its constraints.
      framework.suppressedRoles.retainAll(framework.roles());
    }
    allocations.updateFramework(framework);
    offers.rescindOutside(framework, framework.roles(), at);
    allocations.soon();
    frameworks.tellAgents(framework, false);
    cluster.touch(framework);
    cluster.outbox.done(exchange);
  }
}
