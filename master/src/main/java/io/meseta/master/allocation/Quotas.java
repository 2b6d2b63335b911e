package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How much a role may get now.
 *
 * <p>Limits: what is reserved for a role, and what it holds of the rest, stays at or below its
 * limits and those of all roles above it. Guarantees: of what is free and reserved for nobody, as
 * much stays free as the guarantees of others still lack. Both count neither what is revocable nor
 * anything but scalars.
 *
 * <p>While no quota is set none of this is computed.
 */
final class Quotas {
  private final ResourceNames names;
  private final ShareTree tree;

  /** What is free on active agents, reserved for nobody and not revocable. */
  private final Amounts free = new Amounts();

  private int quotas;
  private int withGuarantee;
  private boolean relaxed;

  /** Roles below the root in which somebody may be owed who was not, or the other way round. */
  private final LinkedHashSet<RoleNode> owedOtherwise = new LinkedHashSet<>();

  Quotas(ResourceNames names, ShareTree tree) {
    this.names = names;
    this.tree = tree;
  }

  /** Whether any role has a quota. */
  boolean any() {
    return quotas > 0;
  }

  /** Whether what is free has to be told: see {@link #freeMore}. */
  boolean needsFree() {
    return withGuarantee > 0;
  }

  Amounts free() {
    return free;
  }

  void freeMore(Amounts more) {
    free.plus(more);
    relaxed = true;
  }

  void freeLess(Amounts less) {
    free.minus(less);
  }

  /** When all of it is told anew. */
  void forgetFree() {
    free.clear();
  }

  /** Whether more may be allowed than at the last time; asked once. */
  boolean takeRelaxed() {
    boolean was = relaxed;
    relaxed = false;
    return was;
  }

  boolean isRelaxed() {
    return relaxed;
  }

  void set(RoleNode role, Quota quota) {
    quotas += (quota.isNone() ? 0 : 1) - (role.quota.isSet() ? 1 : 0);
    withGuarantee +=
        (quota.guarantees().isEmpty() ? 0 : 1) - (role.quota.quota.guarantees().isEmpty() ? 0 : 1);
    role.quota.set(quota, names);
    updateUnmet(role);
    relaxed = true;
  }

  /** More is reserved for the role, or held by it of what is not. */
  void consume(RoleNode role, Amounts more) {
    for (RoleNode each = role; each != null; each = each.above()) {
      each.quota.consumed.plus(more);
    }
    if (withGuarantee > 0) {
      updateUnmet(role);
    }
  }

  void release(RoleNode role, Amounts less) {
    for (RoleNode each = role; each != null; each = each.above()) {
      each.quota.consumed.minus(less);
    }
    if (quotas > 0) {
      relaxed = true;
    }
    if (withGuarantee > 0) {
      updateUnmet(role);
    }
  }

  /** Of this role and all above it, from below. */
  private void updateUnmet(RoleNode role) {
    var root = tree.root().quota.unmet;
    for (RoleNode each = role; each != null && !each.isRoot(); each = each.above()) {
      var unmet = each.quota.unmet;
      for (int name = 0; name < endOfUnmet(each); name++) {
        long more = Math.max(each.quota.missing(name), unmetBelow(each, name)) - unmet.get(name);
        if ((unmet.get(name) == 0) != (unmet.get(name) + more == 0)) {
          owedOtherwise.add(top(each));
        }
        unmet.add(name, more);
        if (each.depth == 1) {
          // There may be too many roles below the root to add them up each time.
          root.add(name, more);
        }
      }
    }
  }

  private static RoleNode top(RoleNode role) {
    var top = role;
    for (var above = role.above(); above != null && !above.isRoot(); above = above.above()) {
      top = above;
    }
    return top;
  }

  /** A role below the root whose claims may belong to other tiers now; each is told once. */
  @Nullable RoleNode takeOwedOtherwise() {
    if (owedOtherwise.isEmpty()) {
      return null;
    }
    var first = owedOtherwise.iterator().next();
    owedOtherwise.remove(first);
    return first;
  }

  private static int endOfUnmet(RoleNode role) {
    int end = Math.max(role.quota.end(), role.quota.unmet.end());
    for (RoleNode child : role.below.values()) {
      end = Math.max(end, child.quota.unmet.end());
    }
    return end;
  }

  private static long unmetBelow(RoleNode role, int name) {
    long sum = 0;
    for (RoleNode child : role.below.values()) {
      sum += child.quota.unmet.get(name);
    }
    return sum;
  }

  /** Whether some of what is kept free is kept for this role. */
  boolean isOwed(RoleNode role) {
    if (withGuarantee == 0) {
      return false;
    }
    for (int name = 0; name < tree.root().quota.unmet.end(); name++) {
      if (owed(role, name) > 0) {
        return true;
      }
    }
    return false;
  }

  /** What is missing of its guarantee, and what of those above it is not owed to other roles. */
  private static long owed(RoleNode role, int name) {
    long owed = 0;
    for (RoleNode each = role; each != null && !each.isRoot(); each = each.above()) {
      owed += each.quota.unmet.get(name) - unmetBelow(each, name);
    }
    return owed;
  }

  /** How much of what is not reserved the role may get now, {@link Long#MAX_VALUE} for any. */
  long allowed(RoleNode role, int name) {
    return Math.min(leftBelowLimits(role, name), leftByGuarantees(role, name));
  }

  long leftBelowLimits(RoleNode role, int name) {
    long left = Long.MAX_VALUE;
    for (RoleNode each = role; each != null; each = each.above()) {
      left = Math.min(left, each.quota.leftBelowLimit(name));
    }
    return left;
  }

  long leftByGuarantees(RoleNode role, int name) {
    long kept = withGuarantee == 0 ? 0 : tree.root().quota.unmet.get(name);
    return kept == 0 ? Long.MAX_VALUE : owed(role, name) + Math.max(0, free.get(name) - kept);
  }

  /** Whether any of these amounts can be reached. */
  boolean allowsAny(RoleNode role, List<Quantities> minimums) {
    if (minimums.isEmpty()) {
      return true;
    }
    for (Quantities minimum : minimums) {
      if (allows(role, minimum)) {
        return true;
      }
    }
    return false;
  }

  private boolean allows(RoleNode role, Quantities minimum) {
    for (Map.Entry<String, Long> amount : minimum.asMap().entrySet()) {
      if (allowed(role, names.number(amount.getKey())) < amount.getValue()) {
        return false;
      }
    }
    return true;
  }

  /**
   * As much of it as the role may get; the same object when that is all. Scalars are cut to what is
   * allowed; volumes and disks that are given whole are left out when they are too large.
   */
  Resources cut(RoleNode role, Resources offerable) {
    if (quotas == 0 || !isCut(role, offerable)) {
      return offerable;
    }
    var kept = new ArrayList<ResourceEntry>();
    var given = new Amounts();
    for (ResourceEntry entry : offerable.entries()) {
      if (entry.value() instanceof Scalar && Sums.isOfQuota(entry)) {
        int name = names.number(entry.key().name());
        long left = allowed(role, name);
        left = left == Long.MAX_VALUE ? left : Math.max(0, left - given.get(name));
        long wanted = entry.scalarMilli();
        if (wanted <= left) {
          given.add(name, wanted);
          kept.add(entry);
        } else if (left > 0 && entry.isDivisible()) {
          given.add(name, left);
          kept.add(part(entry.key(), left));
        }
      } else {
        kept.add(entry);
      }
    }
    return Resources.of(kept);
  }

  private static ResourceEntry part(ResourceKey key, long milli) {
    return new ResourceEntry(key, new Scalar(milli), 1);
  }

  private boolean isCut(RoleNode role, Resources offerable) {
    var entries = offerable.entries();
    var sums = new Amounts();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      if (entry.value() instanceof Scalar && Sums.isOfQuota(entry)) {
        int name = names.number(entry.key().name());
        sums.add(name, entry.scalarMilli());
        if (sums.get(name) > allowed(role, name)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Why the role gets less of this than there is. */
  List<RefusalReason> reasons(RoleNode role, Resources resources) {
    var reasons = new ArrayList<RefusalReason>();
    resources
        .unreserved()
        .quantities()
        .asMap()
        .forEach((resource, amount) -> {
          int name = names.number(resource);
          for (RoleNode each = role; each != null; each = each.above()) {
            if (each.quota.leftBelowLimit(name) < amount) {
              reasons.add(
                  new RefusalReason.QuotaLimitReached(
                      each.path(),
                      resource,
                      each.quota.consumed.get(name),
                      each.quota.limit(name)));
            }
          }
          if (leftByGuarantees(role, name) < amount) {
            reasons.add(
                new RefusalReason.KeptForGuarantees(
                    othersOwed(role, name),
                    resource,
                    free.get(name),
                    tree.root().quota.unmet.get(name)));
          }
        });
    return reasons;
  }

  private SortedSet<String> othersOwed(RoleNode role, int name) {
    var roles = new TreeSet<String>();
    for (RoleNode each : tree.roles()) {
      if (each.quota.missing(name) > 0 && !ShareNode.isSame(each, role)) {
        roles.add(each.path());
      }
    }
    return roles;
  }
}
