package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.KillTask;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.DrainConfig;
import io.meseta.api.v1.Unavailability;
import io.meseta.api.v1.allocator.InverseOfferStatus;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.TransitionListener;
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
  private AgentState state;
  String processId = "";
  String version = "";

  /** The address at which it is reached; its hostname as long as it has not said. */
  String ip;

  /** Whether its API is reached with https. */
  boolean https;

  /** The link on which it was welcomed, while it is connected. */
  OptionalLong link = OptionalLong.empty();

  /** An operator wants no new tasks on it; true while it is being drained or is drained. */
  boolean deactivated;

  /** Why it cannot take new tasks at the moment, as it says itself. */
  Optional<String> degraded = Optional.empty();

  private DrainStage drain = DrainStage.NONE;

  /** How it is to be drained, while it is. */
  DrainConfig drainConfig = DrainConfig.getDefaultInstance();

  Optional<Instant> drainSince = Optional.empty();

  /** The allocator knows it. */
  boolean allocatable;

  /** When it will be away, or is, as planned by an operator. */
  Optional<Unavailability> unavailability = Optional.empty();

  /** What frameworks have said last to that. */
  final TreeMap<FrameworkId, InverseOfferStatus> inverseOfferAnswers = new TreeMap<>();

  int unansweredPings;

  /** A write that makes it unreachable is under way. */
  boolean becomingUnreachable;

  Instant registeredAt;
  Optional<Instant> reregisteredAt = Optional.empty();

  /** When it became unreachable, if it is. */
  Optional<Instant> unreachableSince = Optional.empty();

  /** When an operator declared it gone, if one did. */
  Optional<Instant> goneSince = Optional.empty();

  final TreeMap<TaskKey, MasterTask> tasks = new TreeMap<>();
  final Set<OfferId> offers = new LinkedHashSet<>();
  final TreeMap<TaskKey, KillTask> killsToRepeat = new TreeMap<>();

  /** Operations that it could not do, and that have made it register again. */
  final Set<ByteString> failedOperations = new LinkedHashSet<>();

  final TreeMap<ExecutorKey, MasterExecutor> executors = new TreeMap<>();

  Agent(AgentInfo info, Resources total, AgentState state, Instant registeredAt) {
    this.id = AgentId.of(info.getId());
    this.info = info;
    this.ip = info.getHostname();
    this.total = total;
    this.state = state;
    this.registeredAt = registeredAt;
  }

  AgentState state() {
    return state;
  }

  /** The one place in which an agent changes its state. */
  void become(AgentState next, TransitionListener listener) {
    if (next != state) {
      listener.taken(AgentLifecycle.TABLE.transitionOrThrow(state, next, this));
      state = next;
    }
  }

  DrainStage drain() {
    return drain;
  }

  /** The one place in which its draining goes on, or ends. */
  void drainTo(DrainStage next, TransitionListener listener) {
    if (next != drain) {
      listener.taken(DrainLifecycle.TABLE.transitionOrThrow(drain, next, this));
      drain = next;
    }
  }

  /** What the registry said of its draining when this term began. */
  void recoverDrain(DrainStage stage) {
    drain = stage;
  }

  /** Those of one framework, in the order of their ids. */
  List<MasterTask> tasksOf(FrameworkId framework) {
    List<MasterTask> found = new ArrayList<>();
    for (MasterTask task : tasks.tailMap(TaskKey.beforeAllOf(framework)).values()) {
      if (!task.framework.equals(framework)) {
        break;
      }
      found.add(task);
    }
    return found;
  }

  /** What its tasks and executors hold. */
  Resources inUse() {
    Resources sum = Resources.EMPTY;
    for (MasterTask task : tasks.values()) {
      sum = task.released ? sum : sum.plus(task.holding().resources());
    }
    for (MasterExecutor executor : executors.values()) {
      sum = sum.plus(executor.resources());
    }
    return sum;
  }

  boolean isConnected() {
    return state == AgentState.CONNECTED;
  }

  /** Whether frameworks may be offered what is free there. */
  boolean isOfferable() {
    return isConnected() && !deactivated && degraded.isEmpty();
  }

  @Override
  public String toString() {
    return id + " (" + info.getHostname() + ")";
  }
}
