package io.meseta.benchmarks.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.benchmarks.allocator.DeclineOffers.Labels;
import io.meseta.benchmarks.allocator.Run.Result;
import io.meseta.benchmarks.allocator.SuppressOffers.Course;
import io.meseta.common.resources.Ranges;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.allocation.Refusal;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A case counts its offers itself, so that a run that ends has done the right work. */
class CasesTest {
  static Stream<Case> small() {
    return Stream.of(
        new AddAndUpdate(20, 4),
        new AddAndUpdate(7, 30),
        new DeclineOffers(20, 5, Labels.NONE),
        new DeclineOffers(20, 1, Labels.NONE),
        new DeclineOffers(12, 4, Labels.MANY),
        new SuppressOffers(20, 10, Course.BY_FIFTHS),
        new SuppressOffers(20, 200, Course.MOST_AT_ONCE),
        new NonQuotaVsQuota(10, NonQuotaVsQuota.Kind.WITHOUT),
        new NonQuotaVsQuota(10, NonQuotaVsQuota.Kind.WITH),
        new LargeAndSmallQuota(10, 2),
        new ChangedAgents(100, 300),
        new TwiceTheAgents(50),
        new Growth(120),
        new HeapUse(200, 20, 5));
  }

  @ParameterizedTest
  @MethodSource("small")
  void eachCaseMakesTheOffersThatItIsAbout(Case one) {
    Map<String, Result> results = results(one);

    assertThat(results).isNotEmpty();
    assertThat(results.values()).allSatisfy(result -> assertThat(isMeasured(result)).isTrue());
  }

  @ParameterizedTest
  @MethodSource("small")
  void warmingUpIsNoMoreWorkThanTheCase(Case one) {
    assertThat(results(one.warmUp()).keySet()).isEqualTo(results(one).keySet());
  }

  @Test
  void halfOfTheRoundsOfDeclinedOffersHaveNothingToOffer() {
    Subject subject = run().subject();
    subject.addFrameworks(Workload.frameworks(5, Workload.DEFAULT_ROLE));
    subject.addAgents(Workload.idleAgents(20, DeclineOffers.TOTAL), 1);

    for (int round = 1; round < 5; round++) {
      subject.declineAll(new Refusal(Refusal.LONGEST));
      assertThat(subject.round()).isEqualTo(20);
    }
    subject.declineAll(new Refusal(Refusal.LONGEST));
    assertThat(subject.round()).isZero();
  }

  @Test
  void everyTaskOfManyFrameworksIsPlacedWhereAllHaveTheSameAppetite() {
    Map<String, Result> results = results(new MultiFramework(8, 0, 20, 0));

    assertThat(value(results, "tasks in the end")).isEqualTo(100);
    assertThat(value(results, "rounds until all tasks are placed")).isFinite();
  }

  @Test
  void everyTaskIsPlacedThoughWhoHasAllThatItWantedGoesOnTakingOffers() {
    Map<String, Result> results = results(MultiFramework.asInMesos());

    assertThat(value(results, "tasks in the end")).isEqualTo(19_500);
    assertThat(value(results, "rounds until all tasks are placed")).isLessThanOrEqualTo(200);
  }

  @Test
  void revocableCpusAndLabelledReservationsAreWhatTheyAreSaidToBe() {
    Resources total = Workload.idleAgents(1, DeclineOffers.TOTAL).get(0).facts().total();
    assertThat(total.plus(Workload.revocableCpus(10)).cpusMilli()).isEqualTo(34_000);
    assertThat(total.contains(Workload.revocableCpus(10))).isFalse();

    Subject.Agent labelled = Workload.labelledAgents(1, "cpus:24", "cpus:1", "web", i -> 0).get(0);
    assertThat(labelled.facts().total().unreserved()).isEqualTo(Resources.of("cpus:24"));
    assertThat(labelled.facts().total().reserved("web").entries()).hasSize(2);
    assertThat(labelled.inUse().get(0).resources().cpusMilli()).isEqualTo(17_000);
  }

  @Test
  void fifteenSinglePortsAreLeftOfAnAgent() {
    Resources left =
        Resources.of("ports:[31000-32000]").minusOrThrow(Resources.of(Workload.PORTS_16));

    assertThat(left.ports().ranges())
        .extracting(Ranges.Range::begin)
        .hasSize(15)
        .startsWith(31001L, 31003L)
        .endsWith(31029L);
    assertThat(left.ports().size()).isEqualTo(15);
  }

  @Test
  void otherOffersThanTheScenarioIsAboutAreWrongWork() {
    assertThatThrownBy(() -> Run.expect("offers", 5, 4))
        .isInstanceOf(Run.WrongWorkException.class)
        .hasMessage("offers: 4 instead of 5");
  }

  private static boolean isMeasured(Result result) {
    return result instanceof Result.Measured measured && measured.figure().value() >= 0;
  }

  private static double value(Map<String, Result> results, String step) {
    if (results.get(step) instanceof Result.Measured measured) {
      return measured.figure().value();
    }
    throw new AssertionError("Not measured: " + step + ", but " + results);
  }

  private static Map<String, Result> results(Case one) {
    Run run = run();
    one.run(run);
    return run.results();
  }

  private static Run run() {
    return new Run(new DrfAllocators(AllocationOptions.defaults()));
  }
}
