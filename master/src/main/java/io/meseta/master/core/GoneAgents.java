package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Rejected;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agents that an operator declares gone: they never come back, so what they ran is lost for sure,
 * and may be run elsewhere.
 *
 * <p>Once the registry says so, their tasks are told as TASK_GONE_BY_OPERATOR, whatever became of
 * them, and what they held is free. Should such an agent be alive after all, it is refused for
 * good; it then ends what it still runs.
 */
final class GoneAgents {

  private static final Logger log = LoggerFactory.getLogger(GoneAgents.class);
  private static final String REFUSAL = "the agent was declared gone by an operator";

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final Tasks tasks;
  private final Operations operations;
  private final Executors executors;

  GoneAgents(
      Cluster cluster,
      Allocations allocations,
      Offers offers,
      Tasks tasks,
      Operations operations,
      Executors executors) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.tasks = tasks;
    this.operations = operations;
    this.executors = executors;
  }

  /**
   * @param then once it is done
   */
  void declare(Agent agent, Instant at, RegistryWrites.WhenDurable then) {
    log.warn("Agent {} is declared gone", agent);
    AgentRecord record =
        cluster.records.agentOrThrow(agent).toBuilder()
            .setState(AgentRecord.State.GONE)
            .setSince(Times.info(at))
            .build();
    cluster.records.put(
        record,
        durableAt -> {
          become(agent, durableAt);
          then.run(durableAt);
        });
  }

  private void become(Agent agent, Instant at) {
    if (agent.state() == AgentState.GONE) {
      return;
    }
    agent.link.ifPresent(this::refuse);
    agent.link = OptionalLong.empty();
    agent.unreachableSince = Optional.empty();
    agent.goneSince = Optional.of(at);
    allocations.deactivateAgent(agent);
    offers.rescindAllOf(agent, at);
    agent.become(AgentState.GONE, cluster.transitions());
    endTasks(agent, at);
    operations.endGone(agent);
    executors.forgetAllOf(agent);
    allocations.removeAgent(agent);
    cluster.outbox.cancelTimer(new MasterTimer.Ping(agent.id));
    cluster.outbox.cancelTimer(new MasterTimer.ReregisterTimeout(agent.id));
    cluster.awaited.settle(agent.id);
    cluster.touch(agent);
    Failures.tellAgentLost(cluster, agent);
  }

  /** Refuses a link of an agent that is gone. */
  void refuse(long link) {
    cluster.links.remove(link);
    cluster.outbox.toAgent(
        link,
        MasterMessage.newBuilder()
            .setRejected(Rejected.newBuilder().setReason(REFUSAL).setPermanent(true)));
    cluster.outbox.add(new MasterEffect.CloseLink(link, REFUSAL));
  }

  private void endTasks(Agent agent, Instant at) {
    for (MasterTask task : new ArrayList<>(agent.tasks.values())) {
      end(task, at);
    }
    cluster.unreachableTasks.of(agent.id).forEach(task -> end(task, at));
  }

  /**
   * An agent says how a task has ended with each of its updates, which it sends one by one: the
   * last one may not have gone out yet, and never will.
   */
  private void tellEndOf(MasterTask task, Instant at) {
    Framework framework = cluster.frameworks.get(task.framework);
    if (framework != null && !TaskLifecycle.isTerminal(task.updateState())) {
      tasks.tell(
          framework,
          Statuses.about(task, task.state(), at)
              .setReason(TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR)
              .setMessage(
                  "The task had ended when agent "
                      + task.agent
                      + " was declared gone by an operator")
              .build());
    }
  }

  private void end(MasterTask task, Instant at) {
    if (TaskLifecycle.isTerminal(task.state())) {
      tellEndOf(task, at);
      // Nobody is left to take the acknowledgement.
      tasks.forget(task);
      return;
    }
    tasks.end(
        task,
        Statuses.about(task, TaskState.TASK_GONE_BY_OPERATOR, at)
            .setReason(TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR)
            .setMessage("Agent " + task.agent + " was declared gone by an operator"));
  }
}
