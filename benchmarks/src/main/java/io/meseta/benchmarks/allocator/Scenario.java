package io.meseta.benchmarks.allocator;

import io.meseta.benchmarks.allocator.DeclineOffers.Labels;
import io.meseta.benchmarks.allocator.SuppressOffers.Course;
import io.meseta.master.allocation.AllocationOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What can be measured, in the order in which it is; A to D are Mesos's. */
public enum Scenario {
  /** Agents are added and updated. */
  A("A"),
  /** Offers are declined until all is filtered. */
  B("B"),
  /** Reservations with labels; frameworks that suppress offers. */
  C("C"),
  /** Many frameworks and roles; quotas. */
  D("D"),
  /** A hundred agents changed, in a small and in a large cluster. */
  CHANGED("changed"),
  /** A full cycle, and one over twice the agents. */
  TWICE("twice"),
  /** Cycles from a thousand agents on. */
  GROWTH("growth"),
  /** Heap per agent and per filter. */
  HEAP("heap"),
  /** A day of mixed frameworks: how near shares are to those that would be fair. */
  FAIRNESS("fairness");

  /** How much of it. */
  public enum Scale {
    /** With all parameters that have been measured in Mesos. */
    FULL,
    /** Those that take no more than seconds. */
    QUICK
  }

  private final String word;

  Scenario(String word) {
    this.word = word;
  }

  /** As it is called on a command line. */
  public String word() {
    return word;
  }

  /**
   * The one with this name, in whatever case.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Scenario of(String word) {
    return Arrays.stream(values())
        .filter(scenario -> scenario.word.equalsIgnoreCase(word.strip()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("There is no scenario '" + word + "', but " + words()));
  }

  private static String words() {
    return Arrays.stream(values()).map(Scenario::word).collect(Collectors.joining(", "));
  }

  List<Case> cases(Scale scale) {
    return switch (this) {
      case A -> addAndUpdate(scale);
      case B -> decline(scale);
      case C -> labelsAndSuppress(scale);
      case D -> rolesAndQuotas(scale);
      // The sizes are the question, so both scales ask for the same.
      case CHANGED -> List.of(new ChangedAgents(1_000, 50_000));
      case TWICE -> List.of(new TwiceTheAgents(scale == Scale.FULL ? 25_000 : 5_000));
      case GROWTH -> growth(scale);
      case HEAP -> heap(scale);
      case FAIRNESS -> fairness(scale);
    };
  }

  private static List<Case> addAndUpdate(Scale scale) {
    List<Case> cases = new ArrayList<>();
    cases.add(new AddAndUpdate(1_000, 50));
    cases.add(new AddAndUpdate(5_000, 500));
    cases.add(new AddAndUpdate(1_000, 3_000));
    if (scale == Scale.FULL) {
      cases.add(new AddAndUpdate(20_000, 50));
      cases.add(new AddAndUpdate(20_000, 1_000));
      cases.add(new AddAndUpdate(50_000, 100));
      cases.add(new AddAndUpdate(50_000, 6_000));
    }
    return cases;
  }

  private static List<Case> decline(Scale scale) {
    List<Case> cases = new ArrayList<>();
    cases.add(new DeclineOffers(1_000, 50, Labels.NONE));
    cases.add(new DeclineOffers(20_000, 1, Labels.NONE));
    if (scale == Scale.FULL) {
      cases.add(new DeclineOffers(1_000, 200, Labels.NONE));
      cases.add(new DeclineOffers(50_000, 1, Labels.NONE));
    }
    return cases;
  }

  private static List<Case> labelsAndSuppress(Scale scale) {
    List<Case> cases = new ArrayList<>();
    cases.add(new DeclineOffers(1_000, 50, Labels.MANY));
    cases.add(new SuppressOffers(1_000, 200, Course.BY_FIFTHS));
    if (scale == Scale.FULL) {
      cases.add(new SuppressOffers(10_000, 1_000, Course.BY_FIFTHS));
    }
    cases.add(new SuppressOffers(10_000, 1_000, Course.MOST_AT_ONCE));
    if (scale == Scale.FULL) {
      cases.add(new SuppressOffers(50_000, 1_000, Course.MOST_AT_ONCE));
    }
    return cases;
  }

  private static List<Case> rolesAndQuotas(Scale scale) {
    List<Case> cases = new ArrayList<>();
    cases.add(MultiFramework.asInMesos());
    cases.add(new LargeAndSmallQuota(25, 5));
    cases.add(new LargeAndSmallQuota(250, 50));
    cases.add(new NonQuotaVsQuota(100, NonQuotaVsQuota.Kind.WITHOUT));
    cases.add(new NonQuotaVsQuota(100, NonQuotaVsQuota.Kind.WITH));
    if (scale == Scale.FULL) {
      cases.add(new LargeAndSmallQuota(2_500, 500));
      cases.add(new NonQuotaVsQuota(1_000, NonQuotaVsQuota.Kind.WITHOUT));
      cases.add(new NonQuotaVsQuota(1_000, NonQuotaVsQuota.Kind.WITH));
    }
    return cases;
  }

  private static List<Case> growth(Scale scale) {
    List<Integer> sizes =
        scale == Scale.FULL
            ? List.of(1_000, 5_000, 10_000, 25_000, 50_000)
            : List.of(1_000, 5_000, 10_000);
    return sizes.stream().<Case>map(Growth::new).toList();
  }

  private static List<Case> heap(Scale scale) {
    return scale == Scale.FULL
        ? List.of(new HeapUse(50_000, 1_000, 100))
        : List.of(new HeapUse(10_000, 1_000, 20));
  }

  private static List<Case> fairness(Scale scale) {
    List<Case> cases = new ArrayList<>();
    for (AllocationOrder order : AllocationOrder.values()) {
      cases.add(scale == Scale.FULL ? new FairDay(100, 24, order) : new FairDay(25, 12, order));
    }
    return cases;
  }
}
