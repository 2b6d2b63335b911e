package io.meseta.master.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.common.acl.AclFormat;
import io.meseta.common.acl.Authorizer;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.RoleView;
import io.meseta.master.view.VisibleViews;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadFiltersTest {

  private static final List<String> VIEWS =
      List.of(
          "view_frameworks:users",
          "view_tasks:users",
          "view_executors:users",
          "view_roles:roles",
          "get_quotas:roles",
          "view_flags:flags");

  /** Lists that let "ops" see everything but what is left out. */
  private static Authorizer allBut(String leftOut) {
    return AclFormat.parse(
        VIEWS.stream()
            .filter(view -> !view.startsWith(leftOut + ":"))
            .map(view -> view.split(":", -1))
            .map(view ->
                "\"%s\": [{\"principals\": {\"values\": [\"ops\"]}, \"%s\": {\"type\": \"ANY\"}}]"
                    .formatted(view[0], view[1]))
            .collect(Collectors.joining(", ", "{\"permissive\": false, ", "}")));
  }

  private static ReadFilter filter(Authorizer lists, String principal) {
    return new ReadFilters(lists).of(Optional.of(principal));
  }

  @Test
  void whoMaySeeEverythingSharesWithEverybodyWhoMay() {
    assertThat(filter(allBut("nothing"), "ops")).isSameAs(ReadFilter.ALL);
    assertThat(filter(allBut("nothing"), "app")).isNotSameAs(ReadFilter.ALL);
    assertThat(filter(Authorizer.allowingEverything(), "app")).isSameAs(ReadFilter.ALL);
  }

  @Test
  void eachListHidesSomething() {
    for (String view : VIEWS) {
      String list = view.split(":", -1)[0];
      ReadFilter filter = filter(allBut(list), "ops");
      assertThat(filter.showsEverything()).as(list).isFalse();
      assertThat(filter.showsWholeCluster()).as(list).isEqualTo(list.equals("view_flags"));
      assertThat(filter.showsFlags()).as(list).isEqualTo(!list.equals("view_flags"));
      assertThat(filter.showsRole("r")).as(list).isEqualTo(!list.equals("view_roles"));
      assertThat(filter.showsQuota("r")).as(list).isEqualTo(!list.equals("get_quotas"));
      assertThat(filter.showsFramework(FrameworkInfo.getDefaultInstance()))
          .as(list)
          .isEqualTo(!list.equals("view_frameworks"));
    }
  }

  @Test
  void quotasAreHiddenFromWhoMaySeeTheRoleOnly() {
    MasterView none = MasterView.notLeading();
    TreeMap<String, RoleView> roles = new TreeMap<>();
    roles.put("r", new RoleView("r", 2_000, Optional.of(QuotaConfig.getDefaultInstance())));
    MasterView view =
        new MasterView(
            1,
            none.leading(),
            none.leadingSince(),
            none.agents(),
            none.frameworks(),
            none.completedFrameworks(),
            none.operations(),
            roles,
            none.totals(),
            none.maintenance(),
            none.changes());

    assertThat(VisibleViews.of(view, filter(allBut("get_quotas"), "ops")).roles())
        .containsOnly(
            org.assertj.core.api.Assertions.entry("r", new RoleView("r", 2_000, Optional.empty())));
    assertThat(VisibleViews.of(view, filter(allBut("view_roles"), "ops")).roles()).isEmpty();
    assertThat(VisibleViews.of(view, filter(allBut("view_flags"), "ops"))).isSameAs(view);
  }

  @Test
  void answersByOtherListsOrForOthersAreToldApart() {
    AtomicReference<Authorizer> lists = new AtomicReference<>(allBut("view_tasks"));
    ReadFilters filters = new ReadFilters(lists::get);
    String first = filters.of(Optional.of("ops")).tag();

    assertThat(filters.of(Optional.of("ops")).tag()).isEqualTo(first);
    assertThat(filters.of(Optional.of("app")).tag()).isNotEqualTo(first);
    assertThat(filters.of(Optional.empty()).tag()).isNotEqualTo(first);
    lists.set(allBut("view_roles"));
    assertThat(filters.of(Optional.of("ops")).tag()).isNotEqualTo(first);
    lists.set(Authorizer.allowingEverything());
    assertThat(filters.of(Optional.of("ops")).tag()).isEmpty();
  }
}
