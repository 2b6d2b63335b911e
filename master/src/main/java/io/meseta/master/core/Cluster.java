package io.meseta.master.core;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.master.allocation.Allocator;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
  final Changes changes = new Changes();

  final TreeMap<FrameworkId, Framework> frameworks = new TreeMap<>();
  final Map<String, FrameworkId> streams = new TreeMap<>();

  /** Frameworks that are gone for good, the oldest first; bounded. */
  final LinkedHashMap<FrameworkId, FrameworkInfo> completedFrameworks = new LinkedHashMap<>();

  final TreeMap<AgentId, Agent> agents = new TreeMap<>();
  final TreeMap<Long, AgentId> links = new TreeMap<>();

  final TreeMap<OfferId, Offer> offers = new TreeMap<>();

  private long nextFramework;
  private long nextAgent;
  private long nextOffer;

  Cluster(
      MasterInfo self,
      MasterSettings settings,
      Allocator allocator,
      Outbox outbox,
      RegistryWrites registry) {
    this.self = self;
    this.settings = settings;
    this.allocator = allocator;
    this.outbox = outbox;
    this.registry = registry;
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
