package io.meseta.scheduler.internal;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.OfferConstraints;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the framework says when it subscribes.
 *
 * <p>A new leader knows only what SUBSCRIBE tells it. So what the author changed since the first
 * one is remembered here: a role that was suppressed stays suppressed across a failover.
 */
public final class Subscription {

  private FrameworkInfo info;
  private final TreeSet<String> suppressed = new TreeSet<>();
  private Optional<OfferConstraints> constraints;

  public Subscription(
      FrameworkInfo info, List<String> suppressed, Optional<OfferConstraints> constraints) {
    this.info = info;
    this.suppressed.addAll(suppressed);
    this.constraints = constraints;
  }

  Optional<FrameworkID> frameworkId() {
    return info.hasId() ? Optional.of(info.getId()) : Optional.empty();
  }

  void named(FrameworkID id) {
    info = info.toBuilder().setId(id).build();
  }

  Call subscribeCall() {
    Call.Subscribe.Builder subscribe =
        Call.Subscribe.newBuilder().setFrameworkInfo(info).addAllSuppressedRoles(suppressed);
    constraints.ifPresent(subscribe::setOfferConstraints);
    Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE).setSubscribe(subscribe);
    frameworkId().ifPresent(call::setFrameworkId);
    return call.build();
  }

  /** Says whose call it is. */
  Call sign(Call call) {
    if (frameworkId().isEmpty()) {
      return call;
    }
    Call.Builder signed = call.toBuilder().setFrameworkId(frameworkId().get());
    if (call.getType() == Call.Type.UPDATE_FRAMEWORK) {
      signed.getUpdateFrameworkBuilder().getFrameworkInfoBuilder().setId(frameworkId().get());
    }
    return signed.build();
  }

  /** Remembers what the master has accepted. */
  void accepted(Call call) {
    switch (call.getType()) {
      case SUPPRESS -> suppressed.addAll(rolesOrAll(call.getSuppress().getRolesList()));
      case REVIVE -> rolesOrAll(call.getRevive().getRolesList()).forEach(suppressed::remove);
      case UPDATE_FRAMEWORK -> replaced(call.getUpdateFramework());
      default -> {
        // No other call changes what a subscription says.
      }
    }
  }

  private void replaced(Call.UpdateFramework update) {
    info = update.getFrameworkInfo();
    suppressed.clear();
    suppressed.addAll(update.getSuppressedRolesList());
    constraints =
        update.hasOfferConstraints() ? Optional.of(update.getOfferConstraints()) : Optional.empty();
  }

  /** An empty list of roles means all that the framework has. */
  @SuppressWarnings("deprecation") // "role" is what a framework without MULTI_ROLE has
  private List<String> rolesOrAll(List<String> roles) {
    if (!roles.isEmpty()) {
      return roles;
    }
    boolean multiRole =
        info.getCapabilitiesList().stream()
            .anyMatch(capability -> capability.getType() == Capability.Type.MULTI_ROLE);
    return multiRole ? info.getRolesList() : List.of(info.getRole());
  }
}
