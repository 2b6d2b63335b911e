package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;

/**
 * A quota, and how far it is used.
 *
 * @param consumed what is reserved for the role and those below it, and what they hold of the rest
 * @param unmet what is missing of the guarantee, or of those below it if that is more
 */
public record RoleQuota(String role, Quota quota, Quantities consumed, Quantities unmet) {

  static RoleQuota of(RoleNode role, ResourceNames names) {
    return new RoleQuota(
        role.path(),
        role.quota.quota,
        role.quota.consumed.quantities(names),
        role.quota.unmet.quantities(names));
  }

  /** In words. */
  public String text() {
    return "role '"
        + role
        + "' has a quota of "
        + quota
        + ", and of that ["
        + consumed
        + "]"
        + (unmet.isEmpty() ? "" : "; [" + unmet + "] is missing of guarantees");
  }
}
