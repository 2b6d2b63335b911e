package io.meseta.master.core;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.ShutdownFramework;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    framework.state = FrameworkState.CONNECTED;
    framework.hasSubscribed = true;
    framework.streamId = streamId;
    cluster.streams.put(streamId, framework.id);
    cluster.outbox.cancelTimer(new MasterTimer.FailoverTimeout(framework.id));
    heartbeat(framework);
    allocations.activate(framework);
    cluster.touch(framework);
    wakeUpdates(framework);
  }

  /** Agents send what waits for this framework at once, instead of at their next retry. */
  private void wakeUpdates(Framework framework) {
    for (AgentId id : agentsOf(framework)) {
      Agent agent = cluster.agents.get(id);
      if (agent != null) {
        agent.link.ifPresent(link ->
            cluster.outbox.toAgent(
                link,
                MasterMessage.newBuilder()
                    .setUpdateFramework(
                        io.meseta.api.link.v1.UpdateFramework.newBuilder()
                            .setFramework(framework.info))));
      }
    }
  }

  private static Set<AgentId> agentsOf(Framework framework) {
    TreeSet<AgentId> ids = new TreeSet<>();
    framework.tasks.values().forEach(task -> ids.add(task.agent));
    framework.unreachableTasks.values().forEach(task -> ids.add(task.agent));
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

  /** From now on the framework has its failover timeout to come back. */
  void startFailoverTimeout(Framework framework, Instant at) {
    Duration timeout = Times.duration(framework.info.getFailoverTimeout());
    if (timeout.isZero()) {
      remove(framework, "it disconnected and has no failover timeout", at);
    } else {
      cluster.outbox.setTimer(new MasterTimer.FailoverTimeout(framework.id), timeout);
    }
  }

  private void disconnect(Framework framework, Instant at) {
    framework.state = FrameworkState.DISCONNECTED;
    framework.streamId = null;
    cluster.outbox.cancelTimer(new MasterTimer.Heartbeat(framework.id));
    allocations.deactivate(framework);
    offers.discardAllOf(framework, at);
    cluster.touch(framework);
  }

  void handleFailoverTimeout(FrameworkId id, Instant at) {
    Framework framework = cluster.frameworks.get(id);
    if (framework != null && !framework.isConnected()) {
      remove(framework, "it did not come back within its failover timeout", at);
    }
  }

  void teardown(Framework framework, Instant at) {
    String streamId = framework.streamId;
    if (streamId != null) {
      cluster.streams.remove(streamId);
      cluster.outbox.add(new MasterEffect.CloseStream(streamId));
    }
    disconnect(framework, at);
    remove(framework, "it was torn down", at);
  }

  /**
   * Ends a framework for good: its tasks are killed, and its id is refused from now on.
   *
   * <p>What its tasks hold stays taken until their agents say that they have ended: memory is not
   * free because somebody decided that it should be.
   */
  void remove(Framework framework, String why, Instant at) {
    log.info("Framework {} is removed: {}", framework, why);
    offers.discardAllOf(framework, at);
    for (AgentId agentId : agentsOf(framework)) {
      shutDownOn(agentId, framework.id);
    }
    cluster.outbox.cancelTimer(new MasterTimer.FailoverTimeout(framework.id));
    allocations.removeFramework(framework);
    cluster.frameworks.remove(framework.id);
    cluster.touch(framework);
    remember(framework.info, at);
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

  private void remember(FrameworkInfo info, Instant at) {
    cluster.completedFrameworks.put(FrameworkId.of(info.getId()), info);
    List<RegistryChange> changes = new ArrayList<>();
    changes.add(new RegistryChange.PutFramework(record(info, FrameworkRecord.State.COMPLETED, at)));
    while (cluster.completedFrameworks.size() > cluster.settings.maxCompletedFrameworks()) {
      FrameworkId oldest = cluster.completedFrameworks.keySet().iterator().next();
      cluster.completedFrameworks.remove(oldest);
      changes.add(new RegistryChange.DeleteFramework(oldest.value()));
    }
    cluster.registry.write(changes, ignored -> {});
  }

  static FrameworkRecord record(FrameworkInfo info, FrameworkRecord.State state, Instant at) {
    return FrameworkRecord.newBuilder()
        .setInfo(info)
        .setState(state)
        .setSince(Times.info(at))
        .build();
  }
}
