package io.meseta.benchmarks.allocator;

import java.util.List;

/** A cluster in which each cycle offers every agent anew. */
final class FullCluster {
  private final Subject subject;
  private final int agents;

  FullCluster(Subject subject, int agents, int frameworks) {
    this.subject = subject;
    this.agents = agents;
    List<Subject.Agent> idle = Workload.idleAgents(agents, DeclineOffers.TOTAL);
    subject.addFrameworks(Workload.frameworks(frameworks, Workload.DEFAULT_ROLE));
    subject.addAgents(idle, agents);
  }

  /** All offers come back, and then a cycle makes them again. */
  void cycle(Samples cycles) {
    subject.returnAll();
    cycles.time(subject::round);
    Run.expect("offers in a full cycle", agents, subject.open().size());
  }
}
