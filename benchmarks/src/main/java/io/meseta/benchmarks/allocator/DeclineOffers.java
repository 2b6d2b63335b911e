package io.meseta.benchmarks.allocator;

import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Refusal;
import java.util.List;

/**
 * {@code DeclineOffers} and {@code ResourceLabels}: every offer is declined for a year, until each
 * framework has refused each agent; half of the rounds have nothing to offer any more.
 *
 * @param labels whether reservations with many labels are in use on each agent
 */
record DeclineOffers(int agents, int frameworks, Labels labels) implements Case {
  /** What is in use on each agent. */
  enum Labels {
    NONE,
    MANY
  }

  /** {@code DeclineOffers} and {@code SuppressOffers}: what an agent has. */
  static final String TOTAL = "cpus:24;mem:4096;disk:4096;ports:[31000-32000]";

  private static final String USED = "cpus:16;mem:2014;disk:1024;" + Workload.PORTS_16;
  private static final String USED_BESIDE_RESERVED = "mem:2014;disk:1024;" + Workload.PORTS_16;
  private static final String LABELLED_ROLE = "role1";

  /** So many rounds of the larger case were measured in Mesos. */
  private static final int ROUNDS_TO_COMPARE = 230;

  @Override
  public String name() {
    return labels == Labels.MANY ? "C ResourceLabels" : "B DeclineOffers";
  }

  @Override
  public String parameters() {
    return agents + " x " + frameworks;
  }

  @Override
  public Case warmUp() {
    return new DeclineOffers(Math.min(agents, 1_000), Math.min(frameworks, 50), labels);
  }

  private List<Subject.Agent> workload() {
    return labels == Labels.MANY
        ? Workload.labelledAgents(
            agents, TOTAL, USED_BESIDE_RESERVED, LABELLED_ROLE, i -> i % frameworks)
        : Workload.agents(agents, TOTAL, USED, i -> i % frameworks);
  }

  @Override
  public void run(Run run) {
    String role = labels == Labels.MANY ? LABELLED_ROLE : Workload.DEFAULT_ROLE;
    List<FrameworkFacts> facts = Workload.frameworks(frameworks, role);
    List<Subject.Agent> added = workload();
    Subject subject = run.subject();

    run.record("frameworks", Samples.once(() -> subject.addFrameworks(facts)));
    run.record("add", Samples.once(() -> subject.addAgents(added, AddAndUpdate.perCycle(agents))));
    rounds(run, subject);
  }

  private void rounds(Run run, Subject subject) {
    Samples withOffers = new Samples();
    Samples withoutOffers = new Samples();
    Samples all = new Samples();
    Refusal refusal = new Refusal(Refusal.LONGEST);
    long offers = 0;
    for (int round = 0; round < 2 * frameworks; round++) {
      offers += subject.open().size();
      subject.declineAll(refusal);
      all.time(subject::round);
      (subject.open().isEmpty() ? withoutOffers : withOffers).addLastOf(all);
    }
    Run.expect("offers in the last round", 0, subject.open().size());
    Run.expect("offers in all", (long) agents * frameworks, offers);

    if (!withOffers.isEmpty()) {
      run.record("round with offers, median", withOffers.median());
      run.record("round with offers, worst", withOffers.worst());
    }
    run.record("round without offers, median", withoutOffers.median());
    run.record("round without offers, worst", withoutOffers.worst());
    run.record("all rounds", all.total());
    if (all.count() > ROUNDS_TO_COMPARE) {
      run.record("first " + ROUNDS_TO_COMPARE + " rounds", all.totalOfFirst(ROUNDS_TO_COMPARE));
    }
  }
}
