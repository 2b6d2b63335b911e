package io.meseta.master.core;

import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.Quota;
import io.meseta.master.registry.Registry;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.v1.RoleRecord;
import io.meseta.master.view.RoleView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators say of roles: their weights and quotas. It counts from the moment in which the
 * registry holds it, and outlives a change of leader. All open offers are then taken back, so that
 * the next cycle divides by the new policy what is not in use.
 */
final class RolePolicies {

  private static final Logger log = LoggerFactory.getLogger(RolePolicies.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;

  /** As the registry holds them, or will hold once every write that was ordered has come back. */
  private final TreeMap<String, RoleRecord> records = new TreeMap<>();

  /** As the registry holds them: what readers are shown. */
  private final TreeMap<String, RoleRecord> inForce = new TreeMap<>();

  RolePolicies(Cluster cluster, Allocations allocations, Offers offers) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
  }

  /** Takes over what the registry remembers. */
  void recover(List<RoleRecord> remembered) {
    for (RoleRecord record : remembered) {
      records.put(record.getName(), record);
      tellAllocator(record);
    }
  }

  // ---- weights ----

  /** Makes them so, or says why that is too much in one call. */
  Optional<String> updateWeights(List<WeightInfo> weights, RegistryWrites.WhenDurable then) {
    List<RoleRecord> changed = new ArrayList<>();
    for (WeightInfo weight : weights) {
      RoleRecord.Builder record = record(weight.getRole());
      long milli = Math.round(weight.getWeight() * 1000);
      if (record.getWeightMilli() != milli) {
        changed.add(record.setWeightMilli(milli).build());
      }
    }
    return write(changed, then);
  }

  // ---- quotas ----

  /**
   * Why these quotas should not be, together with those that there are: a guarantee that those
   * above, or the cluster, cannot keep, or a limit that is lower than what the role has already. An
   * operator may want it nevertheless.
   */
  Optional<String> doubtful(List<QuotaConfig> configs) {
    TreeMap<String, Quota> quotas = new TreeMap<>();
    records.forEach((role, record) -> quotas.put(role, quotaOf(record)));
    configs.forEach(config -> quotas.put(config.getRole(), Quota.of(config)));
    return new QuotaPlan(quotas, cluster)
        .doubtful(configs.stream().map(QuotaConfig::getRole).toList());
  }

  /** Has, or is about to have. */
  boolean hasQuota(String role) {
    RoleRecord known = records.get(role);
    return known != null && known.hasQuota();
  }

  /** Makes them so, or says why that is too much in one call. */
  Optional<String> updateQuotas(List<QuotaConfig> configs, RegistryWrites.WhenDurable then) {
    List<RoleRecord> changed = new ArrayList<>();
    for (QuotaConfig config : configs) {
      RoleRecord.Builder record = record(config.getRole());
      if (!record.getQuota().equals(config)) {
        changed.add(
            Quota.of(config).isNone()
                ? record.clearQuota().build()
                : record.setQuota(config).build());
      }
    }
    return write(changed, then);
  }

  // ---- both ----

  private RoleRecord.Builder record(String role) {
    RoleRecord known = records.get(role);
    return known == null ? RoleRecord.newBuilder().setName(role) : known.toBuilder();
  }

  private Optional<String> write(List<RoleRecord> changed, RegistryWrites.WhenDurable then) {
    List<RegistryChange> changes = changed.stream().map(RolePolicies::change).toList();
    Optional<String> tooLarge = Registry.tooLarge(changes);
    if (tooLarge.isPresent()) {
      return tooLarge.map(reason -> "Too many roles, or too large ones, for one call: " + reason);
    }
    for (RoleRecord record : changed) {
      if (saysSomething(record)) {
        records.put(record.getName(), record);
      } else {
        records.remove(record.getName());
      }
    }
    cluster.registry.write(
        changes,
        at -> {
          apply(changed, at);
          then.run(at);
        });
    return Optional.empty();
  }

  private static RegistryChange change(RoleRecord record) {
    return saysSomething(record)
        ? new RegistryChange.PutRole(record)
        : new RegistryChange.DeleteRole(record.getName());
  }

  private static boolean saysSomething(RoleRecord record) {
    return record.hasQuota() || record.getWeightMilli() != 1000;
  }

  private void apply(List<RoleRecord> changed, Instant at) {
    if (changed.isEmpty()) {
      return;
    }
    for (RoleRecord record : changed) {
      tellAllocator(record);
      log.info(
          "Role '{}' has weight {} and {}",
          record.getName(),
          new Scalar(record.getWeightMilli()),
          quotaOf(record));
    }
    cluster.agents.values().forEach(agent -> offers.rescindAllOf(agent, at));
    allocations.soon();
  }

  /** As it is now. */
  SortedMap<String, RoleView> inForce() {
    TreeMap<String, RoleView> views = new TreeMap<>();
    inForce.forEach((name, record) -> views.put(name, view(record)));
    return Collections.unmodifiableSortedMap(views);
  }

  private void tellAllocator(RoleRecord record) {
    if (saysSomething(record)) {
      inForce.put(record.getName(), record);
    } else {
      inForce.remove(record.getName());
    }
    cluster.touched.roles = true;
    cluster.allocator.setWeight(record.getName(), record.getWeightMilli());
    cluster.allocator.setQuota(record.getName(), quotaOf(record));
  }

  private static RoleView view(RoleRecord record) {
    return new RoleView(
        record.getName(),
        record.getWeightMilli(),
        record.hasQuota() ? Optional.of(record.getQuota()) : Optional.empty());
  }

  private static Quota quotaOf(RoleRecord record) {
    return record.hasQuota() ? Quota.of(record.getQuota()) : Quota.NONE;
  }
}
