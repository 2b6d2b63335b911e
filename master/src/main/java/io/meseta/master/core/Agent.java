package io.meseta.master.core;

import io.meseta.api.link.v1.KillTask;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** One agent and what it holds. State only; the rules are in the slices. */
final class Agent {

  final AgentId id;
  AgentInfo info;
  Resources total;
  AgentState state;
  String processId = "";
  String version = "";

  /** The address at which it is reached; its hostname as long as it has not said. */
  String ip;

  /** The link on which it was welcomed, while it is connected. */
  OptionalLong link = OptionalLong.empty();

  /** The allocator knows it. */
  boolean allocatable;

  int unansweredPings;

  /** A write that makes it unreachable is under way. */
  boolean becomingUnreachable;

  Instant registeredAt;
  Optional<Instant> reregisteredAt = Optional.empty();

  /** When it became unreachable, if it is. */
  Optional<Instant> unreachableSince = Optional.empty();

  final TreeMap<TaskKey, MasterTask> tasks = new TreeMap<>();
  final Set<OfferId> offers = new LinkedHashSet<>();
  final TreeMap<TaskKey, KillTask> killsToRepeat = new TreeMap<>();
  List<ExecutorInfo> executors = new ArrayList<>();

  Agent(AgentInfo info, Resources total, AgentState state, Instant registeredAt) {
    this.id = AgentId.of(info.getId());
    this.info = info;
    this.ip = info.getHostname();
    this.total = total;
    this.state = state;
    this.registeredAt = registeredAt;
  }

  boolean isConnected() {
    return state == AgentState.CONNECTED;
  }

  @Override
  public String toString() {
    return id + " (" + info.getHostname() + ")";
  }
}
