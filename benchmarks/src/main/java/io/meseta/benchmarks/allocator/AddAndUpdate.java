package io.meseta.benchmarks.allocator;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.FrameworkFacts;
import java.util.List;

/**
 * {@code AddAndUpdateSlave}: frameworks come, then agents that run something already, then each
 * agent has revocable CPUs in addition. No offer is answered.
 *
 * <p>Mesos runs a cycle whenever its allocator has caught up with what was sent to it: about once
 * per agent in a small cluster, once per five in one of 5,000 agents. Here it is once per agent up
 * to a thousand of them, and above once per {@value #BATCH}.
 */
record AddAndUpdate(int agents, int frameworks) implements Case {
  private static final int ONE_BY_ONE = 1_000;
  private static final int BATCH = 50;
  private static final int REVOCABLE_CPUS = 10;
  private static final String TOTAL = "cpus:2;mem:1024;disk:4096;ports:[31000-32000]";
  private static final String USED =
      "cpus:1;mem:128;disk:1024;" + "ports:[31126-31510,31512-31623,31810-31852,31854-31964]";

  @Override
  public String name() {
    return "A AddAndUpdateSlave";
  }

  @Override
  public String parameters() {
    return agents + " x " + frameworks;
  }

  @Override
  public Case warmUp() {
    return new AddAndUpdate(Math.min(agents, 1_000), Math.min(frameworks, 100));
  }

  /** After how many agents a cycle runs when a cluster of this size is built up. */
  static int perCycle(int agents) {
    return agents <= ONE_BY_ONE ? 1 : BATCH;
  }

  @Override
  public void run(Run run) {
    List<FrameworkFacts> facts =
        Workload.frameworks(frameworks, Workload.DEFAULT_ROLE, Capability.Type.REVOCABLE_RESOURCES);
    List<Subject.Agent> added = Workload.agents(agents, TOTAL, USED, i -> i % frameworks);
    Resources revocable = Workload.revocableCpus(REVOCABLE_CPUS);
    List<AgentFacts> updated =
        added.stream()
            .map(agent -> new AgentFacts(agent.facts().id(), agent.facts().total().plus(revocable)))
            .toList();
    Subject subject = run.subject();

    run.record(
        "frameworks",
        Samples.once(() -> {
          subject.addFrameworks(facts);
          subject.cycle();
        }));
    run.record("add", Samples.once(() -> subject.addAgents(added, perCycle(agents))));
    Run.expect("offers after agents were added", agents, subject.open().size());
    run.record("update", Samples.once(() -> subject.updateAgents(updated, perCycle(agents))));
    Run.expect("offers after agents were updated", 2L * agents, subject.open().size());
  }
}
