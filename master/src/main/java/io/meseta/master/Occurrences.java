package io.meseta.master;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ViewChange;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often what has happened to the cluster since this process began, counted from what each view
 * tells of the steps to it. One thread counts, any may read.
 */
public final class Occurrences {

  /** What happens to agents. */
  public enum Kind {
    AGENT_REGISTRATIONS,
    AGENT_REREGISTRATIONS,
    AGENT_REMOVALS,
    STATUS_UPDATES
  }

  private final Map<Kind, LongAdder> kinds = new ConcurrentHashMap<>();
  private final AtomicLongArray states = new AtomicLongArray(TaskState.values().length);
  private final Map<String, AtomicLongArray> byFramework = new ConcurrentHashMap<>();

  /** By the end of the names that Mesos gives them: {@code task_lost/source_master/reason_…}. */
  private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

  /** Nothing has happened yet. */
  public Occurrences() {
    for (Kind kind : Kind.values()) {
      kinds.put(kind, new LongAdder());
    }
  }

  /** Counts what has happened between two views. */
  public void count(MasterView.Changes changes) {
    for (ViewChange change : changes.all()) {
      switch (change) {
        case ViewChange.TaskUpdated updated -> count(updated);
        case ViewChange.AgentAdded added -> count(added.agent());
        case ViewChange.AgentRemoved ignored -> increment(Kind.AGENT_REMOVALS);
        case ViewChange.TaskAdded ignored -> {}
        case ViewChange.FrameworkAdded ignored -> {}
        case ViewChange.FrameworkUpdated ignored -> {}
        case ViewChange.FrameworkRemoved removed ->
            byFramework.remove(removed.info().getId().getValue());
      }
    }
  }

  private void count(AgentView agent) {
    increment(
        agent.reregisteredAt().isPresent() ? Kind.AGENT_REREGISTRATIONS : Kind.AGENT_REGISTRATIONS);
  }

  private void count(ViewChange.TaskUpdated updated) {
    TaskStatus status = updated.status();
    increment(Kind.STATUS_UPDATES);
    int state = status.getState().ordinal();
    states.incrementAndGet(state);
    byFramework
        .computeIfAbsent(
            updated.framework().value(), unused -> new AtomicLongArray(TaskState.values().length))
        .incrementAndGet(state);
    if (status.hasReason()) {
      String name =
          status.getState().name()
              + "/"
              + status.getSource().name()
              + "/"
              + status.getReason().name();
      reasons.computeIfAbsent(name.toLowerCase(Locale.ROOT), unused -> new LongAdder()).increment();
    }
  }

  private void increment(Kind kind) {
    kinds.get(kind).increment();
  }

  long of(Kind kind) {
    return kinds.get(kind).sum();
  }

  /** How often a task came to this state. */
  long of(TaskState state) {
    return states.get(state.ordinal());
  }

  /** How often a task of this framework did, as long as it is not gone. */
  long of(String framework, TaskState state) {
    AtomicLongArray its = byFramework.get(framework);
    return its == null ? 0 : its.get(state.ordinal());
  }

  Map<String, LongAdder> reasons() {
    return reasons;
  }
}
