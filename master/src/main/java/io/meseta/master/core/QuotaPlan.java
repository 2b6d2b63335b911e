package io.meseta.master.core;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Roles;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.Quota;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Quotas as they would be, and whether they go together with each other and with what there is. */
record QuotaPlan(SortedMap<String, Quota> quotas, Cluster cluster) {

  /**
   * The first thing that an operator should think over.
   *
   * @param changed the roles whose quotas would be other ones
   */
  Optional<String> doubtful(Collection<String> changed) {
    for (String role : changed) {
      var reason = belowWhatItHas(role).or(() -> outOfItsPlace(role));
      if (reason.isPresent()) {
        return reason;
      }
    }
    return moreThanThereIs();
  }

  private Quota quota(String role) {
    return quotas.getOrDefault(role, Quota.NONE);
  }

  private Optional<String> belowWhatItHas(String role) {
    var consumed = cluster.allocator.consumption(role);
    for (Map.Entry<String, Long> limit : quota(role).limitsMilli().entrySet()) {
      long has = consumed.get(limit.getKey()) - offered(role, limit.getKey());
      if (has > limit.getValue()) {
        return Optional.of(
            "role '%s' has %s:%s already, which is more than the limit of %s"
                .formatted(role, limit.getKey(), new Scalar(has), new Scalar(limit.getValue())));
      }
    }
    return Optional.empty();
  }

  /** What is only offered is taken back. */
  private long offered(String role, String name) {
    long sum = 0;
    for (Offer offer : cluster.offers.values()) {
      if (offer.role().equals(role) || Roles.isStrictlyBelow(offer.role(), role)) {
        var counted =
            offer.resources().filter(key -> key.isUnreserved() && !key.revocable()).quantities();
        sum += counted.get(name);
      }
    }
    return sum;
  }

  /** Guarantees of roles next to each other lie within that of the role above, if it has one. */
  private Optional<String> outOfItsPlace(String role) {
    for (String each : quotas.keySet()) {
      boolean related = each.equals(role) || Roles.isStrictlyBelow(role, each);
      var guarantee = quota(each).guarantees();
      var below = guaranteedBelow(each);
      if (related && !guarantee.isEmpty() && !guarantee.contains(below)) {
        return Optional.of(
            "the guarantees of the roles below '%s' are [%s] together, more than its own [%s]"
                .formatted(each, below, guarantee));
      }
    }
    return Optional.empty();
  }

  /** Of the highest roles below it that have a guarantee. */
  private Quantities guaranteedBelow(String role) {
    var sum = Quantities.EMPTY;
    for (Map.Entry<String, Quota> each : quotas.entrySet()) {
      boolean below = role.isEmpty() || Roles.isStrictlyBelow(each.getKey(), role);
      if (below && !isGuaranteedBetween(role, each.getKey())) {
        sum = sum.plus(each.getValue().guarantees());
      }
    }
    return sum;
  }

  /** Whether a role above the lower one, and below the upper one, has a guarantee that holds it. */
  private boolean isGuaranteedBetween(String upper, String lower) {
    for (int slash = lower.lastIndexOf('/');
        slash > upper.length();
        slash = lower.lastIndexOf('/', slash - 1)) {
      if (!quota(lower.substring(0, slash)).guarantees().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> moreThanThereIs() {
    var all = guaranteedBelow("");
    var totals = cluster.allocator.totals();
    var missing = new TreeMap<String, Long>();
    all.asMap()
        .forEach((name, amount) -> {
          if (totals.get(name) < amount) {
            missing.put(name, amount - totals.get(name));
          }
        });
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "all guarantees together are [%s], and the cluster lacks [%s] of that"
                .formatted(all, Quantities.ofMilli(missing)));
  }
}
