package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.link.v1.UpdateFramework;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frameworks from their first subscription to their end: streams, time-outs, removal. */
final class Frameworks {

  private static final Logger log = LoggerFactory.getLogger(Frameworks.class);

  private final Cluster cluster;
  private final Allocations allocations;
  private final Offers offers;

  Frameworks(Cluster cluster, Allocations allocations, Offers offers) {
    this.cluster = cluster;
    this.allocations = allocations;
    this.offers = offers;
  }

  /**
   * A framework that the registry or an agent knows. It may come back for as long as its own
   * failover timeout says, and at least as long as agents may: a new leader must not remove those
   * who had no chance to find it.
   */
  Framework recover(FrameworkInfo info, Instant at) {
    Framework framework = new Framework(info, FrameworkState.RECOVERED, at);
    framework.hasSubscribed = true;
    cluster.frameworks.put(framework.id, framework);
    Duration patience = Times.duration(info.getFailoverTimeout());
    Duration least = cluster.settings.agentReregisterTimeout();
    cluster.outbox.setTimer(
        new MasterTimer.FailoverTimeout(framework.id),
        patience.compareTo(least) > 0 ? patience : least);
    allocations.addFramework(framework);
    cluster.touch(framework);
    return framework;
  }

  /** A framework that nobody knew. */
  Framework admit(FrameworkInfo info, Instant at) {
    Framework framework = new Framework(info, FrameworkState.DISCONNECTED, at);
    cluster.frameworks.put(framework.id, framework);
    allocations.addFramework(framework);
    cluster.touch(framework);
    return framework;
  }

  void connect(Framework framework, String streamId) {
    framework.become(FrameworkState.CONNECTED, cluster.transitions());
    framework.hasSubscribed = true;
    framework.streamId = streamId;
    cluster.streams.put(streamId, framework.id);
    cluster.outbox.cancelTimer(new MasterTimer.FailoverTimeout(framework.id));
    heartbeat(framework);
    allocations.activate(framework);
    cluster.touch(framework);
    // Agents send what waits for this framework at once, instead of at their next retry.
    tellAgents(framework, true);
  }

  /** Tells the agents that run its tasks what the framework is from now on. */
  void tellAgents(Framework framework, boolean subscribedAgain) {
    for (AgentId id : agentsOf(framework)) {
      Agent agent = cluster.agents.get(id);
      if (agent != null) {
        agent.link.ifPresent(link ->
            cluster.outbox.toAgent(
                link,
                MasterMessage.newBuilder()
                    .setUpdateFramework(
                        UpdateFramework.newBuilder()
                            .setFramework(framework.info)
                            .setSubscribedAgain(subscribedAgain))));
      }
    }
  }

  private Set<AgentId> agentsOf(Framework framework) {
    TreeSet<AgentId> ids = new TreeSet<>();
    framework.tasks.values().forEach(task -> ids.add(task.agent));
    framework.unreachableTasks.values().forEach(task -> ids.add(task.agent));
    framework.operations.values().forEach(operation -> ids.add(operation.agent));
    for (Agent agent : cluster.agents.values()) {
      if (agent.executors.keySet().stream().anyMatch(key -> key.framework().equals(framework.id))) {
        ids.add(agent.id);
      }
    }
    return ids;
  }

  void handleHeartbeatTimer(FrameworkId id) {
    Framework framework = cluster.connectedFramework(id);
    if (framework != null) {
      heartbeat(framework);
    }
  }

  private void heartbeat(Framework framework) {
    if (framework.streamId != null) {
      cluster.outbox.toFramework(
          framework.streamId, Event.newBuilder().setType(Event.Type.HEARTBEAT).build());
      cluster.outbox.setTimer(
          new MasterTimer.Heartbeat(framework.id), cluster.settings.heartbeatInterval());
    }
  }

  /** Ends the stream of a framework whose next instance has subscribed. */
  void replaceStream(Framework framework, Instant at) {
    if (framework.streamId != null) {
      closeWithError(framework.streamId, "Framework failed over");
      cluster.streams.remove(framework.streamId);
      framework.streamId = null;
    }
    offers.discardAllOf(framework, at);
  }

  void closeWithError(String streamId, String message) {
    cluster.outbox.toFramework(
        streamId,
        Event.newBuilder()
            .setType(Event.Type.ERROR)
            .setError(Event.Error.newBuilder().setMessage(message))
            .build());
    cluster.outbox.add(new MasterEffect.CloseStream(streamId));
  }

  void handleStreamClosed(MasterEvent.StreamClosed event) {
    FrameworkId id = cluster.streams.remove(event.streamId());
    Framework framework = id == null ? null : cluster.frameworks.get(id);
    if (framework == null || !event.streamId().equals(framework.streamId)) {
      return;
    }
    log.info("Framework {} is disconnected: {}", framework, event.reason());
    disconnect(framework, event.at());
    startFailoverTimeout(framework, event.at());
  }

  /**
   * From now on the framework has its failover timeout to come back: the one that it gave last,
   * also if that is still on its way into the registry.
   */
  void startFailoverTimeout(Framework framework, Instant at) {
    if (cluster.subscribing.containsKey(framework.id)) {
      // Its next instance is here already, and waits for the registry.
      return;
    }
    FrameworkInfo newest =
        cluster
            .records
            .activeFramework(framework.id)
            .map(FrameworkRecord::getInfo)
            .orElse(framework.info);
    Duration timeout = Times.duration(newest.getFailoverTimeout());
    if (timeout.isZero()) {
      complete(framework, "it disconnected and has no failover timeout", at, unused -> {});
    } else {
      cluster.outbox.setTimer(new MasterTimer.FailoverTimeout(framework.id), timeout);
    }
  }

  private void disconnect(Framework framework, Instant at) {
    framework.become(FrameworkState.DISCONNECTED, cluster.transitions());
    framework.streamId = null;
    cluster.outbox.cancelTimer(new MasterTimer.Heartbeat(framework.id));
    allocations.deactivate(framework);
    offers.discardAllOf(framework, at);
    cluster.touch(framework);
  }

  void handleFailoverTimeout(FrameworkId id, Instant at) {
    Framework framework = cluster.frameworks.get(id);
    // One whose new instance waits for the registry is back in time.
    if (framework != null && !framework.isConnected() && !cluster.subscribing.containsKey(id)) {
      complete(framework, "it did not come back within its failover timeout", at, unused -> {});
    }
  }

  // ---- the end ----

  /**
   * Ends a framework for good, once the registry says so: a master that was deposed without knowing
   * it must not kill the tasks of a framework that lives on with its successor.
   *
   * @param then when the registry says so
   */
  void complete(Framework framework, String why, Instant at, RegistryWrites.WhenDurable then) {
    if (cluster.records.isCompleted(framework.id)) {
      cluster.records.whenDurable(then);
      return;
    }
    log.info("Framework {} is removed: {}", framework, why);
    cluster.outbox.cancelTimer(new MasterTimer.FailoverTimeout(framework.id));
    cluster.records.put(
        record(remembered(framework.info), FrameworkRecord.State.COMPLETED, at),
        durableAt -> {
          // Whoever asked hears of it before the stream ends.
          then.run(durableAt);
          become(framework, durableAt);
        });
  }

  /** Enough to refuse it, and to say whom: there may be very many in the course of years. */
  private static FrameworkInfo remembered(FrameworkInfo info) {
    return FrameworkInfo.newBuilder()
        .setId(info.getId())
        .setUser(info.getUser())
        .setName(info.getName())
        .build();
  }

  /**
   * The registry has it as completed: its tasks are killed, and its id is refused from now on.
   *
   * <p>What its tasks hold stays taken until their agents say that they have ended: memory is not
   * free because somebody decided that it should be.
   */
  private void become(Framework framework, Instant at) {
    endStreams(framework);
    offers.discardAllOf(framework, at);
    framework.become(FrameworkState.COMPLETED, cluster.transitions());
    for (AgentId agentId : agentsOf(framework)) {
      shutDownOn(agentId, framework.id);
    }
    // Those that have ended already will not be heard of again.
    for (MasterTask task : framework.tasks.values()) {
      Agent agent = cluster.agents.get(task.agent);
      if (agent != null && task.released) {
        cluster.detach(agent, task.key());
      }
    }
    allocations.removeFramework(framework);
    cluster.unreachableTasks.forgetAllOf(framework);
    cluster.frameworks.remove(framework.id);
    cluster.operations.removeAll(framework.operations.values());
    cluster.touch(framework);
    rememberCompleted(remembered(framework.info), at);
  }

  private void endStreams(Framework framework) {
    if (framework.streamId != null) {
      cluster.streams.remove(framework.streamId);
      cluster.outbox.add(new MasterEffect.CloseStream(framework.streamId));
      framework.streamId = null;
    }
    cluster.outbox.cancelTimer(new MasterTimer.Heartbeat(framework.id));
    ParkedSubscription late = cluster.subscribing.remove(framework.id);
    if (late != null) {
      refuse(late, "Framework has been removed");
    }
  }

  /** A subscription is answered with one ERROR. */
  void refuse(ParkedSubscription request, String reason) {
    log.info("Subscription refused: {}", reason);
    cluster.outbox.add(new MasterEffect.OpenStream(request.exchange(), request.streamId()));
    closeWithError(request.streamId(), reason);
  }

  /** The registry holds it as completed. */
  void rememberCompleted(FrameworkInfo info, Instant since) {
    FrameworkId id = FrameworkId.of(info.getId());
    cluster.completedFrameworks.put(id, info);
    cluster.completedInFull.put(id, since);
    while (cluster.completedInFull.size() > cluster.settings.maxCompletedFrameworks()) {
      cluster.completedInFull.remove(cluster.completedInFull.keySet().iterator().next());
    }
    while (cluster.completedFrameworks.size()
        > cluster.settings.registry().maxCompletedFrameworks()) {
      FrameworkId oldest = cluster.completedFrameworks.keySet().iterator().next();
      cluster.completedFrameworks.remove(oldest);
      cluster.completedInFull.remove(oldest);
      cluster.records.deleteFramework(oldest);
    }
  }

  private void shutDownOn(AgentId agentId, FrameworkId framework) {
    Agent agent = cluster.agents.get(agentId);
    if (agent != null) {
      agent.link.ifPresent(link ->
          cluster.outbox.toAgent(
              link,
              MasterMessage.newBuilder()
                  .setShutdownFramework(
                      ShutdownFramework.newBuilder().setFrameworkId(framework.toProto()))));
    }
  }

  static FrameworkRecord record(FrameworkInfo info, FrameworkRecord.State state, Instant at) {
    return FrameworkRecord.newBuilder()
        .setInfo(info)
        .setState(state)
        .setSince(Times.info(at))
        .build();
  }
}
