package io.meseta.benchmarks.allocator;

import io.meseta.master.allocation.FrameworkFacts;
import java.util.List;

/**
 * {@code SuppressOffers} and {@code ExtremeSuppressOffers}: frameworks that want no offers cost
 * nothing. Before each round all offers come back without a filter.
 */
record SuppressOffers(int agents, int frameworks, Course course) implements Case {
  /** Who is suppressed when. */
  enum Course {
    /** A fifth of the frameworks before each round: in the last one there is nobody left. */
    BY_FIFTHS,
    /** 99 % of them from the beginning. */
    MOST_AT_ONCE
  }

  private static final int ROUNDS = 5;
  private static final String USED = "cpus:16;mem:1024;disk:1024;" + Workload.PORTS_16;

  @Override
  public String name() {
    return course == Course.BY_FIFTHS ? "C SuppressOffers" : "C ExtremeSuppressOffers";
  }

  @Override
  public String parameters() {
    return agents + " x " + frameworks;
  }

  @Override
  public Case warmUp() {
    return new SuppressOffers(Math.min(agents, 1_000), Math.min(frameworks, 200), course);
  }

  @Override
  public void run(Run run) {
    List<FrameworkFacts> facts = Workload.frameworks(frameworks, Workload.DEFAULT_ROLE);
    List<Subject.Agent> added =
        Workload.agents(agents, DeclineOffers.TOTAL, USED, i -> i % frameworks);
    Subject subject = run.subject();

    run.record("frameworks", Samples.once(() -> subject.addFrameworks(facts)));
    run.record("add", Samples.once(() -> subject.addAgents(added, AddAndUpdate.perCycle(agents))));
    if (course == Course.MOST_AT_ONCE) {
      suppress(subject, facts.subList(0, (int) Math.floor(0.99 * frameworks)));
    }
    rounds(run, subject, facts);
  }

  private void rounds(Run run, Subject subject, List<FrameworkFacts> facts) {
    Samples all = new Samples();
    Samples withOffers = new Samples();
    Samples withoutOffers = new Samples();
    int perRound = Math.ceilDiv(frameworks, ROUNDS);
    for (int round = 1; round <= ROUNDS; round++) {
      subject.returnAll();
      if (course == Course.BY_FIFTHS) {
        suppress(
            subject,
            facts.subList(
                Math.min((round - 1) * perRound, frameworks),
                Math.min(round * perRound, frameworks)));
      }
      all.time(subject::round);
      boolean nobodyLeft = course == Course.BY_FIFTHS && round == ROUNDS;
      Run.expect("offers in round " + round, nobodyLeft ? 0 : agents, subject.open().size());
      (nobodyLeft ? withoutOffers : withOffers).addLastOf(all);
    }
    run.record("round with offers, median", withOffers.median());
    run.record("round with offers, worst", withOffers.worst());
    if (!withoutOffers.isEmpty()) {
      run.record("round, all suppressed", withoutOffers.median());
    }
    run.record("all 5 rounds", all.total());
  }

  private static void suppress(Subject subject, List<FrameworkFacts> frameworks) {
    for (FrameworkFacts framework : frameworks) {
      subject.allocator().suppress(framework.id(), List.of());
    }
  }
}
