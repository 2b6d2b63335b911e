package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.runtime.TransitionListener;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.view.ExecutorPlace;
import io.meseta.master.view.OfferView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

  /** Who may do what; may be replaced. */
  Authorizer authorizer;

  final Outbox outbox;
  final RegistryWrites registry;
  final Records records;
  final Watchers watchers;
  final Touched touched = new Touched();

  final TreeMap<FrameworkId, Framework> frameworks = new TreeMap<>();
  final Map<String, FrameworkId> streams = new TreeMap<>();

  /** Subscriptions that wait for the registry; at most one per framework, the newest. */
  final TreeMap<FrameworkId, ParkedSubscription> subscribing = new TreeMap<>();

  /** Frameworks that are gone for good, the oldest first; bounded. Id, user and name only. */
  final LinkedHashMap<FrameworkId, FrameworkInfo> completedFrameworks = new LinkedHashMap<>();

  /** Those of them that readers still see in full, and since when, the oldest first; bounded. */
  final LinkedHashMap<FrameworkId, Instant> completedInFull = new LinkedHashMap<>();

  final TreeMap<AgentId, Agent> agents = new TreeMap<>();
  final UnreachableTasks unreachableTasks = new UnreachableTasks();
  final TreeMap<Long, AgentId> links = new TreeMap<>();

  final AwaitedAgents awaited = new AwaitedAgents();

  /** Agents whose draining may be over: to be looked at when the event is handled. */
  final TreeSet<AgentId> maybeDrained = new TreeSet<>();

  final OpenOperations operations = new OpenOperations(touched);

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
    this.authorizer = settings.authorizer();
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

  // ---- what readers have to be shown anew ----

  /** The framework's own data; its tasks, offers and executors are touched one by one. */
  void touch(Framework framework) {
    touched.of(framework.id);
  }

  void touch(Agent agent) {
    touched.agents.add(agent.id);
  }

  void touch(MasterTask task) {
    touched.of(task.framework).tasksOn.add(task.agent);
  }

  void touch(Agent agent, MasterExecutor executor) {
    touch(agent);
    touched
        .of(executor.key().framework())
        .executors
        .add(new ExecutorPlace(agent.id, executor.key().executor()));
  }

  /** Empty for one that is open no more. */
  void touch(Offer offer, Optional<OfferView> opened) {
    touched.of(offer.framework()).offers.put(offer.id(), opened);
  }

  /** Seconds since the epoch with microseconds, as every timestamp of the API. */
  static double seconds(Instant at) {
    long micros = at.getNano() / 1_000;
    return at.getEpochSecond() + micros / 1e6;
  }
}
