package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import java.util.TreeMap;

/**
 * The shares at both levels: of the roles, and of the frameworks within each role. The one place
 * that keeps them in step.
 */
final class RoleTable {
  private final ClusterTotals totals;
  private final Shares<String> roles;
  private final TreeMap<String, Shares<FrameworkId>> frameworks = new TreeMap<>();

  RoleTable(ClusterTotals totals) {
    this.totals = totals;
    this.roles = new Shares<>(totals);
  }

  /** The roles with at least one framework that wants offers, smallest share first. */
  Iterable<String> roles() {
    return roles.ascending();
  }

  /** The frameworks that want offers for the role, smallest share first. */
  Iterable<FrameworkId> frameworks(String role) {
    return of(role).ascending();
  }

  void setWeight(String role, long weight) {
    roles.setWeight(role, weight);
  }

  void activate(String role, FrameworkId framework) {
    of(role).activate(framework);
    roles.activate(role);
  }

  void deactivate(String role, FrameworkId framework) {
    var shares = of(role);
    shares.deactivate(framework);
    if (!shares.hasActive()) {
      roles.deactivate(role);
    }
    forgetIfUnused(role);
  }

  boolean isActive(String role, FrameworkId framework) {
    var shares = frameworks.get(role);
    return shares != null && shares.isActive(framework);
  }

  /** Something was granted. */
  void serve(String role, FrameworkId framework, Quantities quantities) {
    roles.serve(role, quantities);
    of(role).serve(framework, quantities);
  }

  /** More is in use. */
  void charge(String role, FrameworkId framework, Quantities quantities) {
    roles.charge(role, quantities);
    of(role).charge(framework, quantities);
  }

  void release(String role, FrameworkId framework, Quantities quantities) {
    roles.release(role, quantities);
    of(role).release(framework, quantities);
    forgetIfUnused(role);
  }

  Quantities allocated(String role) {
    return roles.allocated(role);
  }

  Quantities allocated(String role, FrameworkId framework) {
    var shares = frameworks.get(role);
    return shares == null ? Quantities.EMPTY : shares.allocated(framework);
  }

  /** Those that want offers or hold anything. */
  Iterable<String> known() {
    return frameworks.keySet();
  }

  Iterable<FrameworkId> known(String role) {
    return of(role).keys();
  }

  private Shares<FrameworkId> of(String role) {
    return frameworks.computeIfAbsent(role, name -> new Shares<>(totals));
  }

  private void forgetIfUnused(String role) {
    var shares = frameworks.get(role);
    if (shares != null && !shares.keys().iterator().hasNext()) {
      frameworks.remove(role);
    }
  }
}
