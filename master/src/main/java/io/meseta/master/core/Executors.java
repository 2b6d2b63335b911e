package io.meseta.master.core;

import io.meseta.api.link.v1.ExecutorExited;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executors of frameworks on agents: they hold what they were granted until their agent says that
 * they have ended, whatever becomes of their framework.
 */
final class Executors {

  private static final Logger log = LoggerFactory.getLogger(Executors.class);

  private final Cluster cluster;
  private final Allocations allocations;

  Executors(Cluster cluster, Allocations allocations) {
    this.cluster = cluster;
    this.allocations = allocations;
  }

  static Optional<MasterExecutor> find(Agent agent, ExecutorKey key) {
    return Optional.ofNullable(agent.executors.get(key));
  }

  /** One is started; its resources have been taken from the offers. */
  void add(Agent agent, MasterExecutor executor) {
    agent.executors.put(executor.key(), executor);
    cluster.touch(agent, executor);
  }

  /** An agent says that one has ended, or was not started. */
  void handleExit(Agent agent, ExecutorExited exited) {
    ExecutorKey key =
        new ExecutorKey(
            FrameworkId.of(exited.getFrameworkId()), ExecutorId.of(exited.getExecutorId()));
    MasterExecutor executor = agent.executors.remove(key);
    if (executor == null) {
      log.info("Agent {} says that executor {} has ended, which is not known", agent, key);
    } else {
      allocations.release(agent, executor);
      cluster.touch(agent, executor);
      maybeDrained(agent);
    }
    tellEnd(agent, key, Optional.of(exited.getStatus()));
  }

  /**
   * An agent registers: its executors are those that it names. One that it does not name any more
   * has ended meanwhile. Called before the agent's holdings are told to the allocator.
   */
  void takeOver(Agent agent, List<MasterExecutor> reported) {
    TreeMap<ExecutorKey, MasterExecutor> before = new TreeMap<>(agent.executors);
    agent.executors.clear();
    for (MasterExecutor now : reported) {
      MasterExecutor known = before.get(now.key());
      MasterExecutor executor =
          known == null ? now : new MasterExecutor(now.info(), known.role(), now.resources());
      agent.executors.put(executor.key(), executor);
      cluster.touch(agent, executor);
    }
    for (MasterExecutor executor : before.values()) {
      if (!agent.executors.containsKey(executor.key())) {
        log.info("Agent {} came back without executor {}", agent, executor.key());
        cluster.touch(agent, executor);
        tellEnd(agent, executor.key(), Optional.empty());
      }
    }
  }

  static String roleOf(ExecutorInfo info) {
    return info.getResourcesList().stream()
        .filter(Resource::hasAllocationInfo)
        .map(resource -> resource.getAllocationInfo().getRole())
        .findFirst()
        .orElse("*");
  }

  /** The agent is out of reach: the allocator forgets what all of them hold. */
  void forgetAllOf(Agent agent) {
    List<MasterExecutor> all = new ArrayList<>(agent.executors.values());
    agent.executors.clear();
    all.forEach(executor -> cluster.touch(agent, executor));
  }

  private void tellEnd(Agent agent, ExecutorKey key, Optional<Integer> status) {
    Framework framework = cluster.connectedFramework(key.framework());
    if (framework != null) {
      Event.Failure.Builder failure =
          Event.Failure.newBuilder()
              .setAgentId(agent.id.toProto())
              .setExecutorId(key.executor().toProto());
      status.ifPresent(failure::setStatus);
      Failures.tell(cluster, framework, failure);
    }
  }

  private void maybeDrained(Agent agent) {
    if (agent.drain() == DrainStage.DRAINING) {
      cluster.maybeDrained.add(agent.id);
    }
  }
}
