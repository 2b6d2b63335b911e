package io.meseta.master.http.read;

import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.ExecutorView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.OfferView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.RoleView;
import io.meseta.master.view.TaskView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Roles and what they have. A role has what those below it have, too: that is how quotas count.
 *
 * <p>Roles are those of frameworks, those for which something is held or reserved, and those about
 * which operators have decided something.
 */
final class RoleSums {

  static final long DEFAULT_WEIGHT_MILLI = 1_000;

  /** Sums that grow. */
  private static final class Counting {
    final TreeMap<String, Long> allocated = new TreeMap<>();
    final TreeMap<String, Long> offered = new TreeMap<>();
    final TreeMap<String, Long> reserved = new TreeMap<>();
    final TreeMap<String, Long> reservedAllocated = new TreeMap<>();
    final TreeSet<String> frameworks = new TreeSet<>();
  }

  /**
   * One role.
   *
   * @param consumed what counts against its quota: what is reserved, and what it holds beside that
   */
  record Sums(
      String name,
      long weightMilli,
      QuotaConfig quota,
      Quantities allocated,
      Quantities offered,
      Quantities reserved,
      Quantities consumed,
      SortedSet<String> frameworks) {}

  private final TreeMap<String, Counting> roles = new TreeMap<>();

  private RoleSums() {}

  /**
   * All roles that are shown, by their names. Looks at everything that is held: it may take a
   * while.
   */
  static List<Sums> of(MasterView view, ReadFilter filter) {
    RoleSums sums = new RoleSums();
    view.roles().keySet().forEach(sums::role);
    view.frameworks().values().forEach(sums::add);
    for (AgentView agent : view.agents().values()) {
      if (AgentJson.isListed(agent)) {
        sums.addReserved(agent.total());
      }
    }
    List<Sums> all = new ArrayList<>();
    for (Map.Entry<String, Counting> role : sums.roles.entrySet()) {
      if (!filter.showsRole(role.getKey())) {
        continue;
      }
      all.add(
          sums(
              role.getKey(),
              role.getValue(),
              Optional.ofNullable(view.roles().get(role.getKey()))));
    }
    return all;
  }

  private static Sums sums(String name, Counting counting, Optional<RoleView> decided) {
    TreeMap<String, Long> consumed = new TreeMap<>(counting.allocated);
    counting.reservedAllocated.forEach((what, amount) -> consumed.merge(what, -amount, Long::sum));
    counting.reserved.forEach((what, amount) -> consumed.merge(what, amount, Long::sum));
    return new Sums(
        name,
        decided.map(RoleView::weightMilli).orElse(DEFAULT_WEIGHT_MILLI),
        decided.flatMap(RoleView::quota).orElseGet(QuotaConfig::getDefaultInstance),
        Quantities.ofMilli(counting.allocated),
        Quantities.ofMilli(counting.offered),
        Quantities.ofMilli(counting.reserved),
        Quantities.ofMilli(consumed),
        counting.frameworks);
  }

  private Counting role(String name) {
    return roles.computeIfAbsent(name, unused -> new Counting());
  }

  /** The role and those above it. */
  private Collection<Counting> chain(String role) {
    List<Counting> chain = new ArrayList<>();
    chain.add(role(role));
    for (int end = role.lastIndexOf('/'); end > 0; end = role.lastIndexOf('/', end - 1)) {
      chain.add(role(role.substring(0, end)));
    }
    return chain;
  }

  private void add(FrameworkView framework) {
    String id = framework.info().getId().getValue();
    for (String role : FrameworkFacts.rolesOf(framework.info())) {
      role(role).frameworks.add(id);
    }
    for (TaskView task : framework.tasks()) {
      if (!task.released()) {
        addAllocated(id, task.role(), task.resources());
      }
    }
    for (ExecutorView executor : framework.executors().values()) {
      addAllocated(id, executor.role(), executor.resources());
    }
    for (OfferView offer : framework.offers().values()) {
      for (Counting role : chain(offer.role())) {
        count(role.offered, offer.resources());
      }
    }
  }

  private void addAllocated(String framework, String roleName, Resources resources) {
    for (Counting role : chain(roleName)) {
      count(role.allocated, resources);
      if (!resources.isForAnybody()) {
        count(role.reservedAllocated, resources.reserved());
      }
    }
    role(roleName).frameworks.add(framework);
  }

  private void addReserved(Resources total) {
    for (ResourceEntry entry : total.entries()) {
      entry
          .key()
          .reservationRole()
          .ifPresent(name ->
              chain(name).forEach(role -> count(role.reserved, Resources.of(List.of(entry)))));
    }
  }

  private static void count(TreeMap<String, Long> sums, Resources resources) {
    for (ResourceEntry entry : resources.entries()) {
      if (entry.value() instanceof Scalar) {
        sums.merge(entry.key().name(), entry.scalarMilli(), Math::addExact);
      }
    }
  }
}
