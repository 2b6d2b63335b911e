package io.meseta.benchmarks.allocator;

import io.meseta.master.allocation.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * What the allocator keeps: the heap in use before and after, each time when garbage has been
 * collected, divided by how many there are.
 *
 * @param agents to divide by for an agent
 * @param filterAgents so many agents times {@code filterFrameworks} are the live filters
 */
record HeapUse(int agents, int filterAgents, int filterFrameworks) implements Case {
  @Override
  public String name() {
    return "heap";
  }

  @Override
  public String parameters() {
    return agents + " agents, " + filterAgents * filterFrameworks + " filters";
  }

  @Override
  public Case warmUp() {
    return new HeapUse(Math.min(agents, 100), Math.min(filterAgents, 10), 10);
  }

  @Override
  public void run(Run run) {
    agents(run);
    filters(run);
  }

  /** With what it was told of the agents, and without, as its caller may keep that anyway. */
  private void agents(Run run) {
    Subject subject = run.subject();
    long empty = PeakHeap.live(subject);
    List<Subject.Agent> told = new ArrayList<>(Workload.idleAgents(agents, DeclineOffers.TOTAL));
    long facts = PeakHeap.live(told);
    subject.addAgents(told, agents);
    long both = PeakHeap.live(List.of(subject, told));
    run.record("per agent, without what was told of it", perEach(both - facts, agents));
    told.clear();
    run.record("per agent", perEach(PeakHeap.live(subject) - empty, agents));
  }

  private void filters(Run run) {
    Subject subject = run.subject();
    subject.addFrameworks(Workload.frameworks(filterFrameworks, Workload.DEFAULT_ROLE));
    subject.addAgents(Workload.idleAgents(filterAgents, DeclineOffers.TOTAL), filterAgents);
    subject.returnAll();
    long before = PeakHeap.live(subject);
    Refusal refusal = new Refusal(Refusal.LONGEST);
    long filters = 0;
    while (subject.round() > 0) {
      filters += subject.open().size();
      subject.declineAll(refusal);
    }
    Run.expect("filters", (long) filterAgents * filterFrameworks, filters);
    long after = PeakHeap.live(subject);
    run.record("per live filter", perEach(after - before, filters));
  }

  private static Figure perEach(long bytes, long count) {
    return Figure.bytes((double) bytes / count);
  }
}
