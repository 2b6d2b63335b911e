package io.meseta.testkit.simulation.check;

import io.meseta.api.link.v1.AgentCondition;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.testkit.simulation.world.Tally;
import io.meseta.testkit.simulation.world.Violation;
import java.util.TreeMap;

/** What agents have told one master of what they miss: such an agent gets nothing new. */
final class DegradedAgents {
  private final String master;
  private final Tally tally;

  /** What was said on each link; empty: nothing is missing. */
  private final TreeMap<Long, String> said = new TreeMap<>();

  /** On which link an agent was welcomed last. */
  private final TreeMap<String, Long> links = new TreeMap<>();

  DegradedAgents(String master, Tally tally) {
    this.master = master;
    this.tally = tally;
  }

  void termEnded() {
    said.clear();
    links.clear();
  }

  void linkClosed(long link) {
    said.remove(link);
  }

  /** An agent says something. */
  void hears(long link, AgentMessage message) {
    if (message.hasRegister()) {
      condition(link, message.getRegister().getCondition());
    } else if (message.hasCondition()) {
      condition(link, message.getCondition());
    }
  }

  private void condition(long link, AgentCondition condition) {
    said.put(link, condition.getDegraded());
    tally.count(condition.hasDegraded() ? "agents degraded" : "agents well");
  }

  /** An agent is welcomed on this link. */
  void welcomed(String agent, long link) {
    links.put(agent, link);
  }

  boolean isDegraded(String agent) {
    Long link = links.get(agent);
    return link != null && !said.getOrDefault(link, "").isEmpty();
  }

  /** The agent must have all that it needs, as far as this master was told. */
  void usesForNewTasks(String agent, String what) {
    if (isDegraded(agent)) {
      throw new Violation(
          master + " " + what + " agent " + agent + ", which has said that it is degraded", agent);
    }
  }
}
