package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import java.util.BitSet;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The roles as a tree, with their claims as its leaves, and what each of them holds.
 *
 * <p>Shares are parts of the cluster's totals. When the totals grow or shrink in proportion, all
 * shares change alike and their order stands; only when they change in another way everything is
 * computed anew, once, before the next cycle. In between shares are parts of the totals that they
 * were computed with last.
 */
final class ShareTree {
  private final Amounts totals;
  private final Amounts reference = new Amounts();
  private final RoleNode root = new RoleNode(null, "", 0);
  private final LinkedHashMap<String, RoleNode> roles = new LinkedHashMap<>();
  private final BitSet numbers = new BitSet();
  private long nodes;

  /**
   * Without roles.
   *
   * @param totals what all agents have; kept up to date by the caller
   */
  ShareTree(Amounts totals) {
    this.totals = totals;
  }

  RoleNode root() {
    return root;
  }

  @Nullable RoleNode find(String path) {
    return roles.get(path);
  }

  Iterable<RoleNode> roles() {
    return roles.values();
  }

  /** That role, with those above it; made when they are not there. */
  RoleNode role(String path) {
    var known = roles.get(path);
    if (known != null) {
      return known;
    }
    int slash = path.lastIndexOf('/');
    var above = slash < 0 ? root : role(path.substring(0, slash));
    var role = new RoleNode(above, path, ++nodes);
    above.below.put(path, role);
    roles.put(path, role);
    return role;
  }

  /** The framework in that role; made when it is not there. */
  Claim claim(FrameworkId framework, String path) {
    var role = role(path);
    var known = role.claims.get(framework);
    if (known != null) {
      return known;
    }
    int number = numbers.nextClearBit(0);
    numbers.set(number);
    var claim = new Claim(framework, role, number, ++nodes);
    role.claims.put(framework, claim);
    return claim;
  }

  @Nullable Claim findClaim(FrameworkId framework, String path) {
    var role = roles.get(path);
    return role == null ? null : role.claims.get(framework);
  }

  /** Forgets the claim if it neither holds nor wants anything, and then perhaps its role. */
  boolean removeIfUnused(Claim claim) {
    if (claim.owner != null || claim.holdings > 0) {
      return false;
    }
    claim.role.claims.remove(claim.framework);
    numbers.clear(claim.number);
    removeIfUnused(claim.role);
    return true;
  }

  /** Forgets the role, and those above it, as far as nothing is known of them. */
  void removeIfUnused(RoleNode role) {
    for (RoleNode each = role; each.isUnused(); ) {
      var above = each.above();
      roles.remove(each.path());
      if (above == null) {
        return;
      }
      above.below.remove(each.path());
      each = above;
    }
  }

  /** Brings it to its place in the order of a tier, or out of all of them. */
  void setTier(Claim claim, @Nullable Tier tier) {
    if (claim.tier == tier) {
      return;
    }
    var group = claim.role.own();
    var before = claim.tier;
    if (before != null) {
      claim.tier = null;
      group.remove(claim, before);
    }
    if (tier != null) {
      claim.computeShare(reference);
      group.insert(claim, tier, reference);
      claim.tier = tier;
    }
  }

  /** The claim holds more, and with it its role and those above. */
  void charge(Claim claim, Amounts amounts, boolean served) {
    for (ShareNode node = claim; node.parent != null; node = node.parent) {
      node.parent.takeOut(node);
      node.allocated.plus(amounts);
      if (served) {
        node.countServed();
      }
      node.computeShare(reference);
      node.parent.putBack(node);
    }
  }

  /** The claim holds less. */
  void release(Claim claim, Amounts amounts) {
    for (ShareNode node = claim; node.parent != null; node = node.parent) {
      node.parent.takeOut(node);
      node.allocated.minus(amounts);
      node.computeShare(reference);
      node.parent.putBack(node);
    }
  }

  void setWeight(String path, long weightMilli) {
    var role = role(path);
    var above = role.parent;
    if (above == null) {
      throw new IllegalStateException("A role is below the root");
    }
    above.takeOut(role);
    role.setWeight(weightMilli);
    role.computeShare(reference);
    above.putBack(role);
    removeIfUnused(role);
  }

  /** Before a cycle: who has how much of what there is now. */
  void followTotals() {
    if (!reference.isProportionalTo(totals)) {
      reference.copyFrom(totals);
      root.recompute(reference);
    }
  }
}
