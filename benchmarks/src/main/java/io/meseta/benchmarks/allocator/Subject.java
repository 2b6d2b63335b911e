package io.meseta.benchmarks.allocator;

import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Holding;
import io.meseta.master.allocation.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An allocator that is measured, with a time that stands still but for {@link #round}. */
final class Subject {
  private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** An agent as it registers: what it is, and what is in use on it already. */
  record Agent(AgentFacts facts, List<Holding> inUse) {}

  private final Allocator allocator;
  private Instant now = START;
  private List<Grant> open = new ArrayList<>();

  Subject(Allocator allocator) {
    this.allocator = allocator;
  }

  Allocator allocator() {
    return allocator;
  }

  Instant now() {
    return now;
  }

  void addFrameworks(List<FrameworkFacts> frameworks) {
    frameworks.forEach(allocator::addFramework);
  }

  /**
   * Adds agents with a cycle after each so many of them, as an allocator does that looks at what is
   * new whenever it has nothing else to do.
   *
   * @return the offers that arose
   */
  int addAgents(List<Agent> agents, int perCycle) {
    int offers = 0;
    for (int i = 0; i < agents.size(); i++) {
      allocator.addAgent(agents.get(i).facts(), agents.get(i).inUse());
      if ((i + 1) % perCycle == 0 || i + 1 == agents.size()) {
        offers += cycle();
      }
    }
    return offers;
  }

  /** As {@link #addAgents}, for agents that are there and have other resources now. */
  int updateAgents(List<AgentFacts> agents, int perCycle) {
    int offers = 0;
    for (int i = 0; i < agents.size(); i++) {
      allocator.updateAgent(agents.get(i));
      if ((i + 1) % perCycle == 0 || i + 1 == agents.size()) {
        offers += cycle();
      }
    }
    return offers;
  }

  /** Runs a cycle at once, because something has happened; the number of offers. */
  int cycle() {
    List<Grant> grants = allocator.allocate(now);
    open.addAll(grants);
    return grants.size();
  }

  /** Lets the allocation interval pass and runs a cycle; the number of offers. */
  int round() {
    now = now.plus(INTERVAL);
    return cycle();
  }

  /** The offers that nobody has answered. */
  List<Grant> open() {
    return open;
  }

  /** All offers that nobody has answered, which the caller answers now. */
  List<Grant> takeOpen() {
    List<Grant> taken = open;
    open = new ArrayList<>();
    return taken;
  }

  /** Each open offer comes back unused, and hides itself from who had it for this long. */
  void declineAll(Refusal refusal) {
    takeOpen().forEach(grant -> answer(grant, Resources.EMPTY, Optional.of(refusal)));
  }

  /** Each open offer comes back unused, without a filter. */
  void returnAll() {
    takeOpen().forEach(grant -> answer(grant, Resources.EMPTY, Optional.empty()));
  }

  /** Each open offer is used up. */
  void useAll() {
    takeOpen().forEach(grant -> answer(grant, grant.resources(), Optional.empty()));
  }

  void answer(Grant grant, Resources used, Optional<Refusal> refusal) {
    allocator.answer(List.of(grant), used, refusal, now);
  }
}
