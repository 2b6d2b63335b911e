package io.meseta.testkit.simulation.planted;

import io.meseta.common.ids.AgentId;
import io.meseta.master.allocation.AgentFacts;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What was said of each agent first. Public, since the code that it is woven into calls it. */
public final class FirstFacts {
  private static final Map<AgentId, AgentFacts> KNOWN = new ConcurrentHashMap<>();

  private FirstFacts() {}

  /** The facts with which this agent was named for the first time: ids are unique in a seed. */
  public static AgentFacts of(AgentFacts facts) {
    return KNOWN.computeIfAbsent(facts.id(), unused -> facts);
  }
}
