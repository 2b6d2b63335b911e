package io.meseta.benchmarks.allocator;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Quota;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code LargeAndSmallQuota}: many roles, each with one framework and a quota, some of which one
 * agent can fill and some of which take several.
 */
record LargeAndSmallQuota(int small, int large) implements Case {
  private static final String AGENT = "cpus:2;mem:2048;disk:2048";
  private static final Quantities SMALL = Resources.of("cpus:1;mem:1024;disk:1024").quantities();
  private static final Quantities LARGE = Resources.of("cpus:4;mem:4096;disk:4096").quantities();

  @Override
  public String name() {
    return "D LargeAndSmallQuota";
  }

  @Override
  public String parameters() {
    return small + "+" + large + " roles";
  }

  @Override
  public Case warmUp() {
    return new LargeAndSmallQuota(Math.min(small, 250), Math.min(large, 50));
  }

  @Override
  public void run(Run run) {
    Map<String, Quantities> quotas = new LinkedHashMap<>();
    List<FrameworkFacts> facts = new ArrayList<>();
    for (int i = 0; i < small + large; i++) {
      String role = "role" + (i + 1);
      quotas.put(role, i < small ? SMALL : LARGE);
      facts.add(Workload.framework(Workload.frameworkId(i), role));
    }
    PeakHeap heap = PeakHeap.start();
    Subject subject = run.subject();
    int agents = small / 5 + 5 * large;
    subject.addAgents(Workload.idleAgents(agents, AGENT), AddAndUpdate.perCycle(agents));
    quotas.forEach((role, quota) -> subject.allocator().setQuota(role, Quota.exactly(quota)));

    QuotaSteps.measure(run, subject, facts, heap);
    run.record("live heap in the end", Figure.bytes((double) PeakHeap.live(subject)));
    Run.expect("roles that have exactly their quota", small + large, satisfied(subject, quotas));
  }

  private static long satisfied(Subject subject, Map<String, Quantities> quotas) {
    Map<String, Quantities> offered = new LinkedHashMap<>();
    for (Grant grant : subject.open()) {
      offered.merge(grant.role(), grant.resources().quantities(), Quantities::plus);
    }
    return quotas.entrySet().stream()
        .filter(quota ->
            quota.getValue().equals(offered.getOrDefault(quota.getKey(), Quantities.EMPTY)))
        .count();
  }
}
