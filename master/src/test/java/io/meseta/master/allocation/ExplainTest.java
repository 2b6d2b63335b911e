package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What users are told when they ask why they wait. */
class ExplainTest {
  private final Pool pool = new Pool();

  private static Question wanting(String amounts) {
    try {
      return Question.EVERYTHING.withWanted(Quantities.parse(amounts));
    } catch (ResourceException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private Explanation.Chance chance(String framework, Question question) {
    var chances =
        pool.allocator.explain(Pool.id(framework), question, pool.now).orElseThrow().chances();
    assertThat(chances).hasSize(1);
    return chances.get(0);
  }

  private void useUp(Grant grant) {
    pool.accept(grant, grant.resources().toString());
  }

  // ---- what is wanted

  @Test
  void whoHasWhatIsWantedIsToldResourceByResource() {
    pool.agent("a1", "cpus:8;mem:100").agent("a2", "cpus:8;mem:200").agent("a3", "cpus:8;mem:300");
    pool.agent("b", "cpus:1;mem:4000").framework("f", "web");

    var summary = chance("f", wanting("cpus:4;mem:1000")).summary();

    assertThat(summary.fit().orElseThrow())
        .isEqualTo(
            new Summary.Fit(
                wanting("cpus:4;mem:1000").wanted(),
                List.of(new Summary.Step("cpus", 3), new Summary.Step("mem", 0)),
                0,
                0,
                0));
    assertThat(summary.sentences())
        .contains(
            "[cpus:4;mem:1000] is wanted: 3 agents have enough cpus, none of them enough mem free"
                + " for this role",
            "no agent has that much when nothing runs there",
            "the largest free slot is [cpus:8;mem:300] on agent a3",
            "4 agents: less is free for the role than is wanted");
  }

  @Test
  void whatWouldFitIfNothingRanThereIsCounted() {
    pool.agent("a", "cpus:8;mem:8000").framework("f", "web");
    pool.accept(pool.grant(), "cpus:6;mem:1000");

    var chance = chance("f", wanting("cpus:4"));

    assertThat(chance.summary().fit().orElseThrow().now()).isZero();
    assertThat(chance.summary().sentences())
        .contains("1 agent has that much when nothing runs there");
    assertThat(chance.verdicts().get(0).isOfferable()).isTrue();
    assertThat(chance.verdicts().get(0).reasons())
        .containsExactly(
            new RefusalReason.TooSmall(Resources.of("cpus:2;mem:7000"), wanting("cpus:4").wanted()),
            new RefusalReason.InUse(Pool.id("f"), "web", Resources.of("cpus:6;mem:1000")));
  }

  @Test
  void anAgentWithAllThatIsWantedMayStillHaveAReasonAgainstIt() {
    pool.agent("a", "cpus:8;mem:8000").framework("f", "web");
    pool.decline(pool.grant(), 60);

    var fit = chance("f", wanting("cpus:4;mem:10")).summary().fit().orElseThrow();

    assertThat(fit.now()).isEqualTo(1);
    assertThat(fit.offerable()).isZero();
    assertThat(fit.sentences()).contains("none of the 1 that have it all can be offered now");
  }

  @Test
  void whatIsFreeOnADeactivatedAgentIsNoSlot() {
    pool.agent("a", "cpus:8;mem:8000").framework("f", "web");
    pool.allocator.deactivateAgent(Pool.agentId("a"));

    var summary = chance("f", wanting("cpus:4")).summary();

    assertThat(summary.largest()).isEmpty();
    assertThat(summary.sentences())
        .contains(
            "[cpus:4] is wanted: no agent has enough cpus free for this role",
            "nothing is free for this role on any active agent",
            "1 agent: deactivated, draining, degraded or disconnected");
  }

  // ---- counts and lists

  @Test
  void reasonsAreCountedByAgentTheMostFrequentFirst() {
    pool.agent("a", "cpus:4;mem:4000").agent("b", "cpus:4;mem:4000").agent("c", "cpus:4;mem:4000");
    pool.framework("f", "web");
    pool.cycle().forEach(grant -> pool.decline(grant, 60));
    pool.allocator.deactivateAgent(Pool.agentId("b"));

    assertThat(chance("f", Question.EVERYTHING).summary().reasons())
        .containsExactly(
            new Summary.Count(RefusalKind.FILTERED, 3),
            new Summary.Count(RefusalKind.AGENT_DEACTIVATED, 1));
  }

  @Test
  void theListIsCutAndTheCountsAreNot() {
    for (int i = 10; i < 30; i++) {
      pool.agent("a" + i, "cpus:4;mem:4000");
    }
    pool.framework("f", "web");
    pool.cycle().forEach(grant -> pool.decline(grant, 60));
    pool.allocator.revive(Pool.id("f"), List.of());
    pool.allocator.deactivateAgent(Pool.agentId("a10"));

    var chance = chance("f", Question.EVERYTHING.withLimits(3, 1000));

    assertThat(chance.verdicts())
        .extracting(verdict -> verdict.agent().value())
        .as("those with the fewest reasons")
        .containsExactly("a11", "a12", "a13");
    assertThat(chance.leftOut()).isEqualTo(17);
    assertThat(chance.summary().agents()).isEqualTo(20);
    assertThat(chance.summary().offerable()).isEqualTo(19);
  }

  @Test
  void theWorkIsBoundedAndWhatIsLeftOutIsNamed() {
    pool.agent("a", "cpus:4;mem:4000").agent("b", "cpus:4;mem:4000").framework("f", "x", "y", "z");

    var explanation =
        pool.allocator
            .explain(Pool.id("f"), Question.EVERYTHING.withLimits(100, 4), pool.now)
            .orElseThrow();

    assertThat(explanation.chances())
        .extracting(Explanation.Chance::role)
        .containsExactly("x", "y");
    assertThat(explanation.leftOut()).containsExactly("z");
    var one = Question.EVERYTHING.withLimits(100, 0).withRole("z").withAgent(Pool.agentId("b"));
    assertThat(chance("f", one).verdicts())
        .extracting(verdict -> verdict.agent().value())
        .containsExactly("b");
  }

  @Test
  void nobodyIsExplainedWhoIsNotThere() {
    assertThat(pool.allocator.explain(Pool.id("f"), pool.now)).isEmpty();
    assertThat(pool.allocator.explain("web", Question.EVERYTHING, pool.now)).isEmpty();
    pool.framework("f", "web");
    var nowhere = Question.EVERYTHING.withAgent(Pool.agentId("nowhere"));
    assertThat(chance("f", nowhere).verdicts()).isEmpty();
  }

  // ---- roles

  @Test
  void aRoleIsToldItsShareItsPlaceAndWhoComesBefore() {
    pool.agent("a", "cpus:5;mem:5000").agent("b", "cpus:3;mem:3000").agent("c", "cpus:2;mem:100");
    pool.framework("f", "web").framework("g", "batch");
    pool.allocator.setWeight("web", 2000);
    pool.cycle().forEach(this::useUp);

    var web = pool.allocator.explain("web", Question.EVERYTHING, pool.now).orElseThrow();
    var batch = pool.allocator.explain("batch", Question.EVERYTHING, pool.now).orElseThrow();

    var both = List.of(web.line().get(0), batch.line().get(0));
    assertThat(both.get(0).weight()).isEqualTo(2.0);
    assertThat(both).extracting(Standing::contenders).containsExactly(2, 2);
    assertThat(both.stream().mapToDouble(Standing::share).sum()).isBetween(0.99, 1.2);
    boolean webFirst = both.get(0).weightedShare() < both.get(1).weightedShare();
    assertThat(both.get(0).place()).hasValue(webFirst ? 1 : 2);
    assertThat(both.get(1).place()).hasValue(webFirst ? 2 : 1);
    assertThat(both.get(webFirst ? 1 : 0).before())
        .containsExactly(webFirst ? "role 'web'" : "role 'batch'");
  }

  @Test
  void theLineGoesThroughTheRolesAbove() {
    pool.agent("a", "cpus:5;mem:5000").framework("f", "eng/web").framework("g", "eng");
    pool.framework("h", "eng/web");

    var line = chance("h", Question.EVERYTHING).line();

    assertThat(line)
        .extracting(Standing::who)
        .containsExactly("role 'eng'", "role 'eng/web'", "framework h");
    assertThat(line.get(1).contenders()).as("the frameworks of eng are one").isEqualTo(2);
    assertThat(line.get(2).before()).containsExactly("framework f");
    assertThat(line.get(2).text())
        .isEqualTo("framework h has nothing, and is number 2 of 2, after framework f");
    assertThat(line.get(0).text()).isEqualTo("role 'eng' has nothing, and is the only one there");
  }

  @Test
  void whoWantsNothingHasNoPlace() {
    pool.agent("a", "cpus:5;mem:5000").framework("f", "web").framework("g", "web");
    pool.allocator.suppress(Pool.id("g"), List.of());

    var standing = chance("g", Question.EVERYTHING).line().get(1);

    assertThat(standing.place()).isEmpty();
    assertThat(standing.contenders()).isEqualTo(1);
    assertThat(standing.text()).endsWith("takes no part at present");
  }

  @Test
  void quotasAreToldWithWhatIsUsedAndMissing() {
    pool.agent("a", "cpus:5;mem:5000").framework("f", "eng/web");
    pool.allocator.setQuota("eng", Quota.exactly(wanting("cpus:8").wanted()));
    useUp(pool.grant());

    var role = pool.allocator.explain("eng/web", Question.EVERYTHING, pool.now).orElseThrow();

    assertThat(role.quotas()).hasSize(1);
    var quota = role.quotas().get(0);
    assertThat(quota.role()).isEqualTo("eng");
    assertThat(quota.consumed()).isEqualTo(wanting("cpus:5;mem:5000").wanted());
    assertThat(quota.unmet()).isEqualTo(wanting("cpus:3").wanted());
    assertThat(role.allocated()).isEqualTo(wanting("cpus:5;mem:5000").wanted());
    assertThat(role.sentences())
        .contains(
            "role 'eng' has a quota of guarantees [cpus:8], limits [cpus:8], and of that"
                + " [cpus:5;mem:5000]; [cpus:3] is missing of guarantees");
    assertThat(role.chances()).hasSize(1);
  }

  // ---- waiting

  @Test
  void whoWantsOffersWaitsFromItsFirstCycleOrItsLastOfferOn() {
    pool.framework("f", "web").after(5);
    pool.cycle();
    var begin = pool.now;
    assertThat(waiting().waitingSince()).hasValue(begin);
    assertThat(waiting().lastOffer()).isEmpty();

    pool.after(30).agent("a", "cpus:5;mem:5000");
    var grant = pool.grant();
    var offered = pool.now;
    assertThat(waiting().waitingSince()).as("it has an offer").isEmpty();
    assertThat(waiting().openOffers()).isEqualTo(1);

    pool.after(2).decline(grant, 60);
    pool.after(1).cycle();
    assertThat(waiting().waitingSince()).hasValue(offered);
    assertThat(waiting().wantingSince()).hasValue(begin);
    assertThat(waiting().text())
        .isEqualTo("waits for an offer since " + offered + "; the last offer was at " + offered);
  }

  @Test
  void whoSuppressesOffersDoesNotWaitAndBeginsAnew() {
    pool.framework("f", "web").cycle();
    pool.allocator.suppress(Pool.id("f"), List.of());
    assertThat(waiting().waitingSince()).isEmpty();
    assertThat(waiting().text()).isEqualTo("wants no offers at present; never offered anything");

    pool.after(60).allocator.revive(Pool.id("f"), List.of());
    assertThat(waiting().waitingSince()).as("from the next cycle on").hasValue(pool.now);
    pool.after(1).cycle();
    var since = pool.now;
    pool.after(60).allocator.revive(Pool.id("f"), List.of());
    pool.cycle();
    assertThat(waiting().waitingSince()).as("it never ceased to want").hasValue(since);
  }

  @Test
  void aRoleThatCameBackHasHadNoOffer() {
    pool.agent("a", "cpus:5;mem:5000").framework("f", "web");
    useUp(pool.grant());
    assertThat(waiting().lastOffer()).isPresent();
    pool.allocator.removeFramework(Pool.id("f"));
    assertThat(pool.allocator.waiting(pool.now)).isEmpty();

    pool.after(5).framework("f", "web").cycle();
    assertThat(waiting().lastOffer()).isEmpty();
    assertThat(waiting().waitingSince()).hasValue(pool.now);
  }

  private Waiting waiting() {
    var waiting = pool.allocator.waiting(pool.now);
    assertThat(waiting).hasSize(1);
    return waiting.get(0);
  }

  // ---- hoarding

  private List<Hoarder> hoarders() {
    return pool.allocator.hoarders(Duration.ofSeconds(30), pool.now);
  }

  @Test
  void whoHoldsMostOfWhatIsFreeForTooLongHoards() {
    pool.agent("a", "cpus:5;mem:5000").framework("f", "web");
    var grant = pool.grant();
    var since = pool.now;
    pool.after(31);
    assertThat(hoarders()).as("nobody else wants it").isEmpty();

    pool.framework("g", "batch");
    assertThat(hoarders())
        .containsExactly(
            new Hoarder(
                Pool.id("f"),
                1,
                since,
                wanting("cpus:5;mem:5000").wanted(),
                Hoarder.Why.MOST_OF_THE_FREE));
    assertThat(hoarders().get(0).text())
        .isEqualTo(
            "framework f has not answered 1 offers [cpus:5;mem:5000], more than half of what is"
                + " not in use, the oldest since "
                + since);

    pool.decline(grant, 1);
    assertThat(hoarders()).isEmpty();
  }

  @Test
  void whoHoldsLessThanHalfOrNotSoLongDoesNot() {
    pool.agent("a", "cpus:5;mem:5000").framework("f", "web").framework("g", "batch");
    pool.cycle();
    assertThat(hoarders()).as("it was offered just now").isEmpty();
    pool.agent("b", "cpus:6;mem:6000");
    pool.after(31);
    assertThat(hoarders()).isEmpty();
  }

  @Test
  void whoHoldsAsManyOffersAsItMayHoards() {
    var limited = new Pool(AllocationOptions.defaults().withMaxOpenOffers(1));
    limited.agent("a", "cpus:5;mem:5000").framework("f", "web").cycle();
    limited.agent("b", "cpus:50;mem:50000").framework("g", "web").cycle();
    limited.after(31);

    assertThat(limited.allocator.hoarders(Duration.ofSeconds(30), limited.now))
        .extracting(Hoarder::why)
        .containsExactly(Hoarder.Why.OFFER_LIMIT, Hoarder.Why.OFFER_LIMIT);
  }

  // ---- no effect

  @Test
  void whoeverAsksChangesNothing() {
    for (int seed = 0; seed < 60; seed++) {
      assertThat(history(seed, true))
          .as("seed %d", seed)
          .isNotEmpty()
          .isEqualTo(history(seed, false));
    }
  }

  private static List<String> history(int seed, boolean asking) {
    var random = new Random(seed);
    var pool = new Pool();
    var open = new ArrayList<Grant>();
    var told = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      switch (random.nextInt(6)) {
        case 0 -> pool.agent("a" + i, "cpus:" + (1 + random.nextInt(8)) + ";mem:" + 500 * (1 + i));
        case 1 -> pool.framework("f" + i, "r" + random.nextInt(3), "r" + random.nextInt(3) + "/s");
        case 2 ->
            pool.allocator.setQuota(
                "r" + random.nextInt(3),
                Quota.exactly(wanting("cpus:" + (1 + random.nextInt(10))).wanted()));
        case 3 -> pool.allocator.setWeight("r" + random.nextInt(3), 500 + random.nextInt(3000));
        default -> {
          if (!open.isEmpty()) {
            var grant = open.remove(random.nextInt(open.size()));
            if (random.nextBoolean()) {
              pool.decline(grant, random.nextInt(10));
            } else {
              pool.accept(grant, "cpus:" + grant.resources().cpusMilli() / 2000.0);
            }
          }
        }
      }
      if (asking) {
        ask(pool);
      }
      pool.after(random.nextInt(3));
      var grants = pool.cycle();
      grants.forEach(grant -> told.add(grant.toString()));
      open.addAll(grants);
    }
    return told;
  }

  private static void ask(Pool pool) {
    for (Waiting waiting : pool.allocator.waiting(pool.now)) {
      pool.allocator.explain(waiting.framework(), wanting("cpus:2;mem:100"), pool.now);
      pool.allocator.explain(waiting.role(), wanting("disk:7"), pool.now);
    }
    pool.allocator.hoarders(Duration.ofSeconds(1), pool.now);
  }
}
