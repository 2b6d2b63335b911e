package io.meseta.master.http;

import io.meseta.common.ids.FrameworkId;
import io.meseta.master.allocation.Explained;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.RefusalKind;
import io.meseta.master.allocation.RefusalReason;
import io.meseta.master.allocation.RoleExplanation;
import io.meseta.master.allocation.RoleQuota;
import io.meseta.master.allocation.Standing;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Explanations for somebody who is not shown the whole cluster: how many come before and how many
 * agents have which kind of reason is told, the names and amounts of others are not.
 *
 * @param view tells whose frameworks they are; one that it does not know is not shown
 */
record ShownExplanations(MasterView view, ReadFilter filter) {

  /** The same without what is not shown. */
  Explained of(Explained explained) {
    return filter.showsWholeCluster()
        ? explained
        : switch (explained) {
          case Explanation framework -> of(framework);
          case RoleExplanation role -> of(role);
        };
  }

  private Explanation of(Explanation explanation) {
    return new Explanation(
        explanation.framework(),
        explanation.chances().stream().map(this::of).toList(),
        explanation.leftOut());
  }

  private RoleExplanation of(RoleExplanation role) {
    return new RoleExplanation(
        role.role(),
        role.allocated(),
        line(role.line()),
        quotas(role.quotas()),
        role.waiting().stream().filter(waiting -> shows(waiting.framework())).toList(),
        role.chances().stream().filter(chance -> shows(chance.framework())).map(this::of).toList());
  }

  private Explanation.Chance of(Explanation.Chance chance) {
    return new Explanation.Chance(
        chance.framework(),
        chance.role(),
        chance.waiting(),
        line(chance.line()),
        quotas(chance.quotas()),
        chance.summary(),
        chance.verdicts().stream().map(this::of).toList(),
        chance.leftOut());
  }

  private Explanation.Verdict of(Explanation.Verdict verdict) {
    return new Explanation.Verdict(
        verdict.agent(),
        verdict.role(),
        verdict.offerable(),
        verdict.reasons().stream().map(this::of).toList());
  }

  private RefusalReason of(RefusalReason reason) {
    boolean shown =
        switch (reason) {
          case RefusalReason.ReservedForOthers others -> showsRoles(others.roles());
          case RefusalReason.Offered offered -> shows(offered.framework());
          case RefusalReason.InUse inUse -> shows(inUse.framework());
          case RefusalReason.QuotaLimitReached limit -> showsQuota(limit.role());
          case RefusalReason.KeptForGuarantees kept ->
              kept.roles().stream().allMatch(this::showsQuota);
          default -> true;
        };
    return shown ? reason : new RefusalReason.NotShown(RefusalKind.of(reason));
  }

  private List<Standing> line(List<Standing> line) {
    return line.stream()
        .map(standing -> standing.shownTo(filter::showsRole, this::shows))
        .flatMap(Optional::stream)
        .toList();
  }

  private List<RoleQuota> quotas(List<RoleQuota> quotas) {
    return quotas.stream().filter(quota -> showsQuota(quota.role())).toList();
  }

  private boolean showsQuota(String role) {
    return filter.showsRole(role) && filter.showsQuota(role);
  }

  private boolean showsRoles(Collection<String> roles) {
    return roles.stream().allMatch(filter::showsRole);
  }

  private boolean shows(FrameworkId framework) {
    FrameworkView known = view.frameworks().get(framework);
    return known != null && filter.showsFramework(known.info());
  }

  /**
   * The frameworks of this id or name that are shown.
   *
   * @param idOrName as somebody asks for it
   */
  List<FrameworkId> named(String idOrName) {
    FrameworkId id = new FrameworkId(idOrName);
    if (view.frameworks().containsKey(id)) {
      return shows(id) ? List.of(id) : List.of();
    }
    return view.frameworks().entrySet().stream()
        .filter(each -> each.getValue().info().getName().equals(idOrName))
        .map(each -> each.getKey())
        .filter(this::shows)
        .toList();
  }
}
