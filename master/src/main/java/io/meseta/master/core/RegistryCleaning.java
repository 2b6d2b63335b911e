package io.meseta.master.core;

import io.meseta.common.ids.AgentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets unreachable and gone agents of which nobody will hear any more, so that the registry does
 * not grow for ever.
 *
 * <p>Reconciliation then answers TASK_UNKNOWN for their tasks, and such an agent, should it come
 * back, is admitted as one that was never seen.
 */
final class RegistryCleaning {

  private static final Logger log = LoggerFactory.getLogger(RegistryCleaning.class);

  /** One write must stay small; what is left over waits for the next look. */
  static final int MAX_AT_ONCE = 500;

  private final Cluster cluster;
  private final Registrations registrations;
  private final Operations operations;

  RegistryCleaning(Cluster cluster, Registrations registrations, Operations operations) {
    this.cluster = cluster;
    this.registrations = registrations;
    this.operations = operations;
  }

  void start() {
    cluster.outbox.setTimer(
        new MasterTimer.RegistryCleaning(), cluster.settings.registry().cleaningInterval());
  }

  void handleTimer(Instant at) {
    start();
    List<AgentId> expired = new ArrayList<>();
    expired.addAll(expired(AgentState.UNREACHABLE, at));
    expired.addAll(expired(AgentState.GONE, at));
    List<AgentId> now = expired.subList(0, Math.min(expired.size(), MAX_AT_ONCE));
    if (!now.isEmpty()) {
      log.info("{} agents that were unreachable or gone for long are forgotten", now.size());
      cluster.records.deleteAgents(now, unused -> now.forEach(this::forget));
    }
  }

  private List<AgentId> expired(AgentState state, Instant at) {
    List<Agent> candidates =
        cluster.agents.values().stream()
            .filter(agent -> agent.state() == state && !cluster.records.isBeingWritten(agent.id))
            .sorted(Comparator.comparing(RegistryCleaning::since))
            .toList();
    RegistryLimits limits = cluster.settings.registry();
    Instant oldest = at.minus(limits.maxAgentAge());
    int tooMany = candidates.size() - limits.maxAgentCount();
    List<AgentId> expired = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      Agent agent = candidates.get(i);
      if (i < tooMany || since(agent).isBefore(oldest)) {
        expired.add(agent.id);
      }
    }
    return expired;
  }

  private static Instant since(Agent agent) {
    Optional<Instant> since =
        agent.state() == AgentState.GONE ? agent.goneSince : agent.unreachableSince;
    return since.orElse(agent.registeredAt);
  }

  private void forget(AgentId id) {
    Agent agent = cluster.agents.get(id);
    if (agent == null || cluster.records.agent(id).isPresent()) {
      // It has come back meanwhile, and is being admitted again.
      return;
    }
    cluster.agents.remove(id);
    cluster.touch(agent);
    registrations.forget(id);
    operations.forget(id);
    for (MasterTask task : cluster.unreachableTasks.of(id)) {
      Framework framework = cluster.frameworks.get(task.framework);
      if (framework != null) {
        cluster.unreachableTasks.remove(framework, task);
        cluster.touch(task);
      }
    }
  }
}
