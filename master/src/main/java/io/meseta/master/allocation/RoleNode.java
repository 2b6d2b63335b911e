package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import java.util.LinkedHashMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A role in the tree of roles. What it gets is shared between its own frameworks, which together
 * count as one with weight 1, and the roles below it.
 */
final class RoleNode extends ShareGroup {
  private final String path;
  private final @Nullable RoleNode above;
  private final ShareGroup own;
  final TreeMap<String, RoleNode> below = new TreeMap<>();
  final LinkedHashMap<FrameworkId, Claim> claims = new LinkedHashMap<>();
  final QuotaAccount quota = new QuotaAccount();

  /** How many resources of agents are reserved for exactly this role. */
  int reservations;

  RoleNode(@Nullable RoleNode above, String path, long age) {
    super(above, age);
    this.above = above;
    this.path = path;
    this.own = new ShareGroup(this, age);
  }

  /** Empty for the root, which is no role. */
  String path() {
    return path;
  }

  /** The role above, or the root; nothing above that. */
  @Nullable RoleNode above() {
    return above;
  }

  boolean isRoot() {
    return above == null;
  }

  /** The frameworks that have exactly this role. */
  ShareGroup own() {
    return own;
  }

  /** Whether something may be there that only this role or those below it can get. */
  boolean mayHaveReservations() {
    for (RoleNode role = this; role != null; role = role.above) {
      if (role.reservations > 0) {
        return true;
      }
    }
    return false;
  }

  /** Nothing would be lost with it. */
  boolean isUnused() {
    return below.isEmpty()
        && claims.isEmpty()
        && reservations == 0
        && weightMilli() == WEIGHT_ONE
        && !quota.isSet()
        && !isRoot();
  }

  @Override
  public String toString() {
    return "role '" + path + "'";
  }
}
