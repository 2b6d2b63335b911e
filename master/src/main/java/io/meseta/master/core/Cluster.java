package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.runtime.TransitionListener;
import io.meseta.master.allocation.Allocator;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one term of leadership knows. Built when leadership is gained, dropped when it is
 * lost; nothing of it survives.
 */
final class Cluster {

  final MasterInfo self;
  final MasterSettings settings;
  final Allocator allocator;
  final Outbox outbox;
  final RegistryWrites registry;
  final Records records;
  final Watchers watchers;
  final Changes changes = new Changes();

  final TreeMap<FrameworkId, Framework> frameworks = new TreeMap<>();
  final Map<String, FrameworkId> streams = new TreeMap<>();

  /** Subscriptions that wait for the registry; at most one per framework, the newest. */
  final TreeMap<FrameworkId, ParkedSubscription> subscribing = new TreeMap<>();

  /** Frameworks that are gone for good, the oldest first; bounded. Id, user and name only. */
  final LinkedHashMap<FrameworkId, FrameworkInfo> completedFrameworks = new LinkedHashMap<>();

  /** Those of them that readers still see in full, the oldest first; bounded. */
  final LinkedHashSet<FrameworkId> completedInFull = new LinkedHashSet<>();

  final TreeMap<AgentId, Agent> agents = new TreeMap<>();
  final TreeMap<Long, AgentId> links = new TreeMap<>();

  /** Agents whose draining may be over: to be looked at when the event is handled. */
  final TreeSet<AgentId> maybeDrained = new TreeSet<>();

  final TreeMap<OfferId, Offer> offers = new TreeMap<>();

  private long nextFramework;
  private long nextAgent;
  private long nextOffer;
  private long nextOperation;

  Cluster(
      MasterInfo self,
      MasterSettings settings,
      Allocator allocator,
      Outbox outbox,
      RegistryWrites registry,
      Watchers watchers) {
    this.self = self;
    this.settings = settings;
    this.allocator = allocator;
    this.outbox = outbox;
    this.registry = registry;
    this.records = new Records(registry);
    this.watchers = watchers;
  }

  /** Who looks on: tests, the simulation, metrics. */
  record Watchers(TransitionListener transitions, Counters counters) {}

  TransitionListener transitions() {
    return watchers.transitions();
  }

  void count(MasterCounter counter) {
    watchers.counters().count(counter);
  }

  /** Ids have the form that Mesos gives them; tools parse it. */
  FrameworkId newFrameworkId() {
    long number = nextFramework++;
    String digits = Long.toString(number);
    return new FrameworkId(
        self.getId() + "-" + "0".repeat(Math.max(0, 4 - digits.length())) + digits);
  }

  AgentId newAgentId() {
    return new AgentId(self.getId() + "-S" + nextAgent++);
  }

  OfferId newOfferId() {
    return new OfferId(self.getId() + "-O" + nextOffer++);
  }

  ByteString newOperationUuid() {
    return ByteString.copyFromUtf8(self.getId() + "-P" + nextOperation++);
  }

  /** The agent does not have the task any more; that may have been the last thing to be drained. */
  void detach(Agent agent, TaskKey task) {
    agent.tasks.remove(task);
    agent.killsToRepeat.remove(task);
    if (agent.tasks.isEmpty() && agent.drain() == DrainStage.DRAINING) {
      maybeDrained.add(agent.id);
    }
    touch(agent);
  }

  @Nullable Framework connectedFramework(FrameworkId id) {
    Framework framework = frameworks.get(id);
    return framework != null && framework.isConnected() ? framework : null;
  }

  /** Which agents and frameworks differ from the last published view. */
  static final class Changes {
    final Set<AgentId> agents = new LinkedHashSet<>();
    final Set<FrameworkId> frameworks = new LinkedHashSet<>();
  }

  void touch(Framework framework) {
    changes.frameworks.add(framework.id);
  }

  void touch(Agent agent) {
    changes.agents.add(agent.id);
  }

  /** Seconds since the epoch with microseconds, as every timestamp of the API. */
  static double seconds(Instant at) {
    long micros = at.getNano() / 1_000;
    return at.getEpochSecond() + micros / 1e6;
  }
}
