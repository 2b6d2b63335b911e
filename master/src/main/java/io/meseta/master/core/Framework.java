package io.meseta.master.core;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.ids.OfferId;
import io.meseta.common.ids.TaskId;
import io.meseta.common.runtime.TransitionListener;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.constraints.CompiledConstraints;
import io.meseta.master.view.TaskView;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One framework and what it holds. State only; the rules are in the slices. */
final class Framework {

  final FrameworkId id;
  FrameworkInfo info;
  Set<FrameworkInfo.Capability.Type> capabilities =
      EnumSet.noneOf(FrameworkInfo.Capability.Type.class);
  private FrameworkState state;
  @Nullable String streamId;

  /** It has had a stream, of this master or of an earlier one. */
  boolean hasSubscribed;

  Instant registeredAt;
  Optional<Instant> reregisteredAt = Optional.empty();

  final Set<String> suppressedRoles = new TreeSet<>();

  /** Of its present subscription: none until it has subscribed with this master. */
  CompiledConstraints constraints = CompiledConstraints.NONE;

  /** The same as it was sent. */
  OfferConstraints offerConstraints = OfferConstraints.getDefaultInstance();

  final Set<OfferId> offers = new LinkedHashSet<>();

  /** In the order in which they came. */
  final Map<TaskId, MasterTask> tasks = new LinkedHashMap<>();

  /**
   * Tasks on unreachable agents, kept so that reconciliation and the agent's return find them.
   * Changed by {@link UnreachableTasks} only.
   */
  final TreeMap<TaskId, MasterTask> unreachableTasks = new TreeMap<>();

  /** By id: those of which the framework has yet to hear or to acknowledge the end. */
  final TreeMap<String, MasterOperation> operations = new TreeMap<>();

  /** The newest last. Changed by {@link #complete} only. */
  final ArrayDeque<TaskView> completedTasks = new ArrayDeque<>();

  private long firstCompleted;

  Framework(FrameworkInfo info, FrameworkState state, Instant registeredAt) {
    this.id = FrameworkId.of(info.getId());
    this.info = info;
    this.state = state;
    this.registeredAt = registeredAt;
    describe(info);
  }

  /** Takes over a new description; the id stays. */
  void describe(FrameworkInfo newInfo) {
    info = newInfo;
    EnumSet<FrameworkInfo.Capability.Type> types =
        EnumSet.noneOf(FrameworkInfo.Capability.Type.class);
    newInfo.getCapabilitiesList().forEach(capability -> types.add(capability.getType()));
    capabilities = types;
  }

  boolean can(FrameworkInfo.Capability.Type capability) {
    return capabilities.contains(capability);
  }

  /** The roles in which it is offered resources. */
  SortedSet<String> roles() {
    return FrameworkFacts.rolesOf(info);
  }

  FrameworkState state() {
    return state;
  }

  /** The one place in which a framework changes its state. */
  void become(FrameworkState next, TransitionListener listener) {
    if (next != state) {
      listener.taken(FrameworkLifecycle.TABLE.transitionOrThrow(state, next, this));
      state = next;
    }
  }

  boolean isConnected() {
    return state == FrameworkState.CONNECTED;
  }

  @Nullable MasterTask task(TaskId task) {
    return tasks.get(task);
  }

  /** Remembers a task that has ended, and forgets the oldest if there are more than the limit. */
  void complete(MasterTask task, int limit) {
    completedTasks.addLast(task.view());
    while (completedTasks.size() > limit) {
      completedTasks.removeFirst();
      firstCompleted++;
    }
  }

  /** The number of the oldest task in {@link #completedTasks}; they are numbered from 0. */
  long firstCompleted() {
    return firstCompleted;
  }

  /** The newest of this id that has ended and is still remembered. */
  @Nullable Task completedTask(TaskId task) {
    Iterator<TaskView> newestFirst = completedTasks.descendingIterator();
    while (newestFirst.hasNext()) {
      Task ended = newestFirst.next().task();
      if (ended.getTaskId().getValue().equals(task.value())) {
        return ended;
      }
    }
    return null;
  }

  /** Whether this is the outstanding update of the task. */
  static boolean isOutstanding(MasterTask task, ByteString uuid) {
    return task.updateUuid().map(uuid::equals).orElse(false);
  }

  @Override
  public String toString() {
    return id + " (" + info.getName() + ")";
  }
}
