package io.meseta.cli.whatif;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Holding;
import java.util.ArrayList;
import java.util.List;

/** A cluster at one moment, as the allocation sees it; offers are taken back. */
record Snapshot(List<Agent> agents, List<Framework> frameworks, List<Quantities> minAllocatable) {

  /**
   * An agent with what runs there.
   *
   * @param active whether it may be offered
   */
  record Agent(AgentFacts facts, String hostname, boolean active, List<Holding> inUse) {
    AgentId id() {
      return facts.id();
    }

    Resources used() {
      return inUse.stream().map(Holding::resources).reduce(Resources.EMPTY, Resources::plus);
    }
  }

  /**
   * A framework.
   *
   * @param active whether it is connected
   */
  record Framework(FrameworkFacts facts, String name, boolean active) {
    FrameworkId id() {
      return facts.id();
    }
  }

  Snapshot {
    agents = List.copyOf(agents);
    frameworks = List.copyOf(frameworks);
  }

  /**
   * With agents in addition, which are called {@code added-1} and so on.
   *
   * @throws IllegalArgumentException when it says of neither itself nor any agent what they have
   */
  Snapshot plus(Changes.Added added) {
    Resources each =
        added
            .resources()
            .or(() -> agents.stream().findFirst().map(agent -> agent.facts().total().unreserved()))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "There is no agent to take as a model: --add-agents 3:cpus:8;mem:16384"));
    List<Agent> all = new ArrayList<>(agents);
    for (int i = 1; i <= added.count(); i++) {
      AgentId id = new AgentId("added-" + i);
      all.add(new Agent(new AgentFacts(id, each), id.value(), true, List.of()));
    }
    return new Snapshot(all, frameworks, minAllocatable);
  }

  /**
   * Without these agents, and without what runs there.
   *
   * @throws IllegalArgumentException when one is not there
   */
  Snapshot without(List<String> idsOrHostnames) {
    List<Agent> left = new ArrayList<>(agents);
    for (String which : idsOrHostnames) {
      boolean removed =
          left.removeIf(
              agent -> agent.id().value().equals(which) || agent.hostname().equals(which));
      if (!removed) {
        throw new IllegalArgumentException("There is no agent with the id or hostname " + which);
      }
    }
    return new Snapshot(left, frameworks, minAllocatable);
  }
}
