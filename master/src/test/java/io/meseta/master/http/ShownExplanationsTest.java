package io.meseta.master.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.acl.AclFormat;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.Explanation;
import io.meseta.master.allocation.RefusalKind;
import io.meseta.master.allocation.RefusalReason;
import io.meseta.master.allocation.RoleExplanation;
import io.meseta.master.allocation.Standing;
import io.meseta.master.allocation.Summary;
import io.meseta.master.allocation.Waiting;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.TasksByAgent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Of others it is told that they are in the way, and not who they are. */
class ShownExplanationsTest {

  private static final ReadFilter OWN_ONLY =
      new ReadFilters(
              AclFormat.parse(
                  "{\"permissive\": false, \"view_frameworks\": [{\"principals\": {\"values\":"
                      + " [\"p\"]}, \"users\": {\"values\": [\"own\"]}}], \"view_roles\":"
                      + " [{\"principals\": {\"values\": [\"p\"]}, \"roles\": {\"values\":"
                      + " [\"own\"]}}]}"))
          .of(Optional.of("p"));
  private static final Resources CPUS = Resources.of("cpus:1");

  private static ShownExplanations shown(ReadFilter filter) {
    TreeMap<FrameworkId, FrameworkView> frameworks = new TreeMap<>();
    frameworks.put(new FrameworkId("F-own"), framework("same name", "own"));
    frameworks.put(new FrameworkId("F-hidden"), framework("same name", "another"));
    MasterView none = MasterView.notLeading();
    return new ShownExplanations(
        new MasterView(
            1,
            none.leading(),
            none.leadingSince(),
            none.agents(),
            frameworks,
            none.completedFrameworks(),
            none.operations(),
            none.roles(),
            none.totals(),
            none.maintenance(),
            none.changes()),
        filter);
  }

  private static FrameworkView framework(String name, String user) {
    return new FrameworkView(
        FrameworkInfo.newBuilder().setName(name).setUser(user).build(),
        true,
        false,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        Quantities.EMPTY,
        Quantities.EMPTY,
        Map.of(),
        TasksByAgent.NONE,
        TasksByAgent.NONE,
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap(),
        OfferConstraints.getDefaultInstance());
  }

  private static Standing standing(String who, String... before) {
    return new Standing(who, 0.5, "cpus", 1, OptionalInt.of(before.length + 1), 9, List.of(before));
  }

  private static Explanation.Chance chance(String framework) {
    FrameworkId id = new FrameworkId(framework);
    TreeSet<String> hidden = new TreeSet<>(List.of("hidden"));
    return new Explanation.Chance(
        id,
        "own",
        new Waiting(id, "own", Optional.empty(), Optional.empty(), 0),
        List.of(
            standing("role 'hidden'"),
            standing("role 'own'", "role 'hidden/other'"),
            standing(
                "framework " + framework,
                "framework F-hidden",
                "the frameworks of role 'own' itself",
                "framework F-unknown")),
        List.of(),
        new Summary(1, 0, Optional.empty(), Optional.empty(), List.of()),
        List.of(
            new Explanation.Verdict(
                new AgentId("A"),
                "own",
                CPUS,
                List.of(
                    new RefusalReason.AgentDeactivated(),
                    new RefusalReason.InUse(new FrameworkId("F-own"), "own", CPUS),
                    new RefusalReason.InUse(new FrameworkId("F-hidden"), "hidden", CPUS),
                    new RefusalReason.Offered(
                        new FrameworkId("F-hidden"), "hidden", Instant.EPOCH, CPUS),
                    new RefusalReason.ReservedForOthers(hidden, Resources.of("cpus(hidden):1")),
                    new RefusalReason.QuotaLimitReached("own", "cpus", 1, 1),
                    new RefusalReason.KeptForGuarantees(hidden, "cpus", 1, 1)))),
        0);
  }

  private static String page(ShownExplanations shown, io.meseta.master.allocation.Explained why) {
    return new String(ExplainJson.render(Instant.EPOCH, shown.of(why)), StandardCharsets.UTF_8);
  }

  @Test
  void theNamesOfOthersAreNotToldAndTheirNumberIs() {
    Explanation all =
        new Explanation(new FrameworkId("F-own"), List.of(chance("F-own")), List.of());

    Explanation some = (Explanation) shown(OWN_ONLY).of(all);

    assertThat(page(shown(OWN_ONLY), all)).doesNotContain("hidden", "F-unknown").contains("F-own");
    assertThat(some.chances().get(0).line()).hasSize(2);
    assertThat(some.chances().get(0).line().get(1).place()).hasValue(4);
    assertThat(some.verdicts().get(0).reasons())
        .extracting(RefusalKind::of)
        .containsExactly(
            RefusalKind.AGENT_DEACTIVATED,
            RefusalKind.IN_USE,
            RefusalKind.IN_USE,
            RefusalKind.OFFERED,
            RefusalKind.RESERVED_FOR_OTHERS,
            RefusalKind.QUOTA_LIMIT_REACHED,
            RefusalKind.KEPT_FOR_GUARANTEES);
    assertThat(shown(ReadFilter.ALL).of(all)).isSameAs(all);
  }

  @Test
  void aRoleIsToldWithoutTheFrameworksOfOthers() {
    Waiting hidden =
        new Waiting(new FrameworkId("F-hidden"), "own", Optional.empty(), Optional.empty(), 0);
    RoleExplanation all =
        new RoleExplanation(
            "own",
            Quantities.EMPTY,
            List.of(standing("role 'own'", "role 'hidden'")),
            List.of(),
            List.of(hidden, chance("F-own").waiting()),
            List.of(chance("F-hidden"), chance("F-own")));

    assertThat(page(shown(OWN_ONLY), all)).doesNotContain("hidden").contains("F-own");
  }

  @Test
  void aFrameworkIsFoundByItsIdOrNameIfItIsShown() {
    assertThat(shown(OWN_ONLY).named("same name")).containsExactly(new FrameworkId("F-own"));
    assertThat(shown(OWN_ONLY).named("F-own")).hasSize(1);
    assertThat(shown(OWN_ONLY).named("F-hidden")).isEmpty();
    assertThat(shown(OWN_ONLY).named("nobody")).isEmpty();
    assertThat(shown(ReadFilter.ALL).named("same name")).hasSize(2);
  }
}
