package io.meseta.master.core;

import io.meseta.api.link.v1.AgentCondition;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.FrameworkMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Ping;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agents that are part of the cluster: their links, their pings, and what happens when they are
 * silent.
 *
 * <p>A link that ends makes an agent disconnected at once: its offers are rescinded, its tasks stay
 * as they are. Silence for all pings makes it unreachable, after the registry says so: its tasks
 * are reported and what they held is free. Both ends when the agent registers again.
 */
final class Agents {

  private static final Logger log = LoggerFactory.getLogger(Agents.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;
  private final Tasks tasks;
  private final Registrations registrations;
  private final Operations operations;
  private final Executors executors;
  private final RemovalQueue removals;

  /** Links that were told to close and have not done so. */
  private final TreeSet<Long> refusedLinks = new TreeSet<>();

  Agents(
      Cluster cluster,
      Allocations allocations,
      Offers offers,
      Tasks tasks,
      Registrations registrations,
      Operations operations,
      Executors executors) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
    this.tasks = tasks;
    this.registrations = registrations;
    this.operations = operations;
    this.executors = executors;
    this.removals = new RemovalQueue(cluster);
  }

  void handleMessage(MasterEvent.AgentMessageReceived event) {
    AgentMessage message = event.message();
    if (message.getPayloadCase() == AgentMessage.PayloadCase.REGISTER) {
      removals.cancel(AgentId.of(message.getRegister().getAgent().getId()));
      registrations.handleRegister(event.linkId(), message.getRegister(), event.at());
      return;
    }
    AgentId id = cluster.links.get(event.linkId());
    Agent agent = id == null ? null : cluster.agents.get(id);
    if (agent == null || !agent.link.equals(OptionalLong.of(event.linkId()))) {
      refuse(event.linkId(), message.getPayloadCase());
      return;
    }
    agent.unansweredPings = 0;
    removals.cancel(agent.id);
    switch (message.getPayloadCase()) {
      case STATUS_UPDATE -> tasks.handleUpdate(agent, message.getStatusUpdate(), event.at());
      case FRAMEWORK_MESSAGE -> forward(agent, message.getFrameworkMessage());
      case EXECUTOR_EXITED -> executors.handleExit(agent, message.getExecutorExited());
      case CONDITION -> changeCondition(agent, message.getCondition(), event.at());
      case OPERATION_UPDATE -> operations.handleUpdate(agent, message.getOperationUpdate());
      case LEAVING -> handleLeaving(agent, event.at());
      case PONG, REGISTER -> {}
      case PAYLOAD_NOT_SET -> log.warn("Agent {} sends a message of a kind unknown here", agent);
    }
  }

  /**
   * The first message has to be Register: whoever does not know that, or has lost its place to a
   * newer link, is sent away. What it had sent before it noticed is not worth a word.
   */
  private void refuse(long link, AgentMessage.PayloadCase kind) {
    if (refusedLinks.add(link)) {
      cluster.count(MasterCounter.REFUSED_LINKS);
      log.warn("A link without a registered agent is closed: its message is {}", kind);
      cluster.outbox.add(new MasterEffect.CloseLink(link, "the agent is not registered"));
    }
  }

  /**
   * A degraded agent has to say so itself and say when that is over; what it holds is not
   * concerned. Its open offers are taken back: a task launched there would only wait.
   */
  private void changeCondition(Agent agent, AgentCondition condition, Instant at) {
    Optional<String> degraded = degraded(condition);
    if (degraded.equals(agent.degraded)) {
      return;
    }
    agent.degraded = degraded;
    if (agent.degraded.isPresent()) {
      log.warn("Agent {} is degraded and is offered no more: {}", agent, agent.degraded.get());
      allocations.deactivateAgent(agent);
      offers.rescindAllOf(agent, at);
    } else {
      log.info("Agent {} is well again", agent);
      allocations.activateAgent(agent);
    }
    cluster.touch(agent);
  }

  static Optional<String> degraded(AgentCondition condition) {
    return condition.hasDegraded() ? Optional.of(condition.getDegraded()) : Optional.empty();
  }

  private void forward(Agent agent, FrameworkMessage message) {
    Framework framework = cluster.connectedFramework(FrameworkId.of(message.getFrameworkId()));
    if (framework == null || framework.streamId == null) {
      log.debug("Message of an executor to {}: not connected", message.getFrameworkId().getValue());
      return;
    }
    cluster.outbox.toFramework(
        framework.streamId,
        Event.newBuilder()
            .setType(Event.Type.MESSAGE)
            .setMessage(
                Event.Message.newBuilder()
                    .setAgentId(agent.id.toProto())
                    .setExecutorId(message.getExecutorId())
                    .setData(message.getData()))
            .build());
  }

  // ---- links ----

  void handleLinkClosed(MasterEvent.LinkClosed event) {
    registrations.handleLinkClosed(event.linkId());
    refusedLinks.remove(event.linkId());
    AgentId id = cluster.links.remove(event.linkId());
    Agent agent = id == null ? null : cluster.agents.get(id);
    if (agent == null || !agent.link.equals(OptionalLong.of(event.linkId()))) {
      return;
    }
    log.info("Agent {} is disconnected: {}", agent, event.reason());
    leave(agent, AgentState.DISCONNECTED, event.at());
  }

  private void leave(Agent agent, AgentState state, Instant at) {
    agent.link = OptionalLong.empty();
    agent.become(state, cluster.transitions());
    allocations.deactivateAgent(agent);
    offers.rescindAllOf(agent, at);
    cluster.touch(agent);
  }

  /** It stops by its operator's will: there is no silence to be waited for. */
  private void handleLeaving(Agent agent, Instant at) {
    if (canBecomeUnreachable(agent)) {
      cluster.count(MasterCounter.AGENTS_LEFT);
      startUnreachable(agent, "it has left", at);
    }
  }

  // ---- silence ----

  void handlePingTimer(AgentId id, Instant at) {
    Agent agent = cluster.agents.get(id);
    if (agent == null || !canBecomeUnreachable(agent)) {
      return;
    }
    if (agent.unansweredPings >= cluster.settings.maxAgentPingTimeouts()) {
      String why =
          "it did not answer for " + cluster.settings.silenceLimit().toSeconds() + " seconds";
      if (removals.mayGoNow(id, why, at)) {
        startUnreachable(agent, why, at);
        return;
      }
    } else {
      agent.unansweredPings++;
    }
    agent.link.ifPresent(link ->
        cluster.outbox.toAgent(
            link, MasterMessage.newBuilder().setPing(Ping.getDefaultInstance())));
    cluster.outbox.setTimer(new MasterTimer.Ping(id), cluster.settings.agentPingTimeout());
  }

  void handleReregisterTimeout(AgentId id, Instant at) {
    Agent agent = cluster.agents.get(id);
    if (agent == null || agent.state() != AgentState.RECOVERED || !canBecomeUnreachable(agent)) {
      return;
    }
    if (cluster.awaited.tooMany(cluster.settings)) {
      cluster.awaited.warn(cluster.settings, at);
      cluster.outbox.setTimer(
          new MasterTimer.ReregisterTimeout(id), cluster.settings.agentReregisterTimeout());
      return;
    }
    String why = "it did not come back to the new leader";
    if (removals.mayGoNow(id, why, at)) {
      startUnreachable(agent, why, at);
    }
  }

  /** The next of those that wait for the rate limit. */
  void handleRemovalPermit(Instant at) {
    removals
        .handlePermit(at)
        .ifPresent(due -> {
          Agent agent = cluster.agents.get(due.agent());
          if (agent != null && canBecomeUnreachable(agent)) {
            startUnreachable(agent, due.why(), at);
          }
        });
  }

  private boolean canBecomeUnreachable(Agent agent) {
    return agent.state() != AgentState.UNREACHABLE
        && !agent.becomingUnreachable
        && cluster.records.agentOrThrow(agent).getState() != AgentRecord.State.GONE;
  }

  private void startUnreachable(Agent agent, String why, Instant at) {
    log.warn("Agent {} becomes unreachable: {}", agent, why);
    agent.becomingUnreachable = true;
    AgentRecord record =
        cluster.records.agentOrThrow(agent).toBuilder()
            .setState(AgentRecord.State.UNREACHABLE)
            .setSince(Times.info(at))
            .build();
    cluster.records.put(record, durableAt -> becomeUnreachable(agent, why, at));
  }

  private void becomeUnreachable(Agent agent, String why, Instant at) {
    agent.becomingUnreachable = false;
    cluster.count(MasterCounter.UNREACHABLE_COMPLETED);
    if (agent.state() == AgentState.RECOVERED) {
      cluster.count(MasterCounter.RECOVERY_REMOVALS);
    }
    agent.link.ifPresent(link -> {
      cluster.links.remove(link);
      cluster.outbox.add(new MasterEffect.CloseLink(link, "the agent is unreachable: " + why));
    });
    leave(agent, AgentState.UNREACHABLE, at);
    agent.unreachableSince = Optional.of(at);
    for (MasterTask task : new ArrayList<>(agent.tasks.values())) {
      leaveUnreachable(agent, task, at);
    }
    operations.leaveUnreachable(agent);
    executors.forgetAllOf(agent);
    allocations.removeAgent(agent);
    Failures.tellAgentLost(cluster, agent);
  }

  private void leaveUnreachable(Agent agent, MasterTask task, Instant at) {
    agent.tasks.remove(task.key());
    Framework framework = cluster.frameworks.get(task.framework);
    if (framework == null) {
      // Nobody is left to hear of it; the agent is told to end it when it comes back.
      return;
    }
    if (!framework.tasks.remove(task.id, task)) {
      return;
    }
    cluster.touch(task);
    if (TaskLifecycle.isTerminal(task.state())) {
      // Its end is known; only the acknowledgement is missing, and the agent will ask for it again.
      cluster.unreachableTasks.add(framework, task);
      return;
    }
    task.become(TaskState.TASK_UNREACHABLE, cluster.transitions());
    TaskStatus status =
        Statuses.about(task, TaskState.TASK_UNREACHABLE, at)
            .setReason(TaskStatus.Reason.REASON_AGENT_REMOVED)
            .setMessage("Agent " + agent + " is unreachable")
            .setUnreachableTime(Times.info(at))
            .build();
    tasks.record(task, status, true);
    cluster.unreachableTasks.add(framework, task);
    tasks.tell(framework, status);
  }
}
