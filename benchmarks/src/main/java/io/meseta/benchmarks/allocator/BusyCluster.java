package io.meseta.benchmarks.allocator;

import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Holding;
import java.util.ArrayList;
import java.util.List;

/**
 * A cluster at work: each agent is used up by one framework, and now and then on some agents what
 * was running ends, is offered again and taken.
 */
final class BusyCluster {
  private final Subject subject;
  private final List<Subject.Agent> agents;
  private final List<Holding> running = new ArrayList<>();
  private int next;

  BusyCluster(Subject subject, int agents, int frameworks) {
    this.subject = subject;
    this.agents =
        Workload.agents(agents, DeclineOffers.TOTAL, DeclineOffers.TOTAL, i -> i % frameworks);
    subject.addFrameworks(Workload.frameworks(frameworks, Workload.DEFAULT_ROLE));
    subject.addAgents(this.agents, this.agents.size());
    this.agents.forEach(agent -> running.add(agent.inUse().get(0)));
    Run.expect("offers where all is in use", 0, subject.open().size());
  }

  /**
   * On the next {@code count} agents all ends, then a cycle runs, then the offers are used up.
   *
   * @param cycles gets what the cycle took
   * @param others gets what the rest took
   */
  void change(int count, Samples cycles, Samples others) {
    int first = next;
    next = (next + count) % agents.size();
    others.time(() -> {
      for (int i = 0; i < count; i++) {
        int index = (first + i) % agents.size();
        subject.allocator().release(agents.get(index).facts().id(), running.get(index));
      }
    });
    cycles.time(subject::round);
    List<Grant> grants = List.copyOf(subject.open());
    Run.expect("offers after changes", count, grants.size());
    others.time(subject::useAll);
    for (Grant grant : grants) {
      // Agents are numbered in the order of their names' numbers, from 1.
      int index = Integer.parseInt(grant.agent().value().substring("agent".length())) - 1;
      running.set(index, new Holding(grant.framework(), grant.role(), grant.resources()));
    }
  }

  /** A cycle in which nothing has changed. */
  void idle(Samples cycles) {
    cycles.time(subject::round);
    Run.expect("offers without a change", 0, subject.open().size());
  }
}
