package io.meseta.benchmarks.allocator;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Quota;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code NonQuotaVsQuota}: many roles with two agents and two frameworks each, with quotas of two
 * whole agents and without.
 */
record NonQuotaVsQuota(int roles, Kind kind) implements Case {
  /** Whether the roles have quotas. */
  enum Kind {
    WITHOUT,
    WITH
  }

  private static final int PER_ROLE = 2;
  private static final Resources AGENT = Resources.of("cpus:2;mem:2048;disk:2048");

  @Override
  public String name() {
    return "D NonQuotaVsQuota";
  }

  @Override
  public String parameters() {
    return roles + " roles, " + (kind == Kind.WITH ? "quota" : "no quota");
  }

  @Override
  public Case warmUp() {
    return new NonQuotaVsQuota(Math.min(roles, 100), kind);
  }

  @Override
  public void run(Run run) {
    PeakHeap heap = PeakHeap.start();
    Subject subject = run.subject();
    int agents = PER_ROLE * roles;
    subject.addAgents(Workload.idleAgents(agents, AGENT.toString()), AddAndUpdate.perCycle(agents));
    List<FrameworkFacts> facts = new ArrayList<>();
    Quantities quota = Workload.times(AGENT, PER_ROLE).quantities();
    for (int i = 0; i < roles; i++) {
      String role = "role" + (i + 1);
      if (kind == Kind.WITH) {
        subject.allocator().setQuota(role, Quota.exactly(quota));
      }
      for (int j = 0; j < PER_ROLE; j++) {
        facts.add(Workload.framework(Workload.frameworkId(PER_ROLE * i + j), role));
      }
    }
    QuotaSteps.measure(run, subject, facts, heap);
    Run.expect("offers", agents, subject.open().size());
  }
}
