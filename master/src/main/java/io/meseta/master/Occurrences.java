package io.meseta.master;

import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ViewChange;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjLongConsumer;

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

  private final KeyedCounts<Kind> kinds = new KeyedCounts<>();
  private final KeyedCounts<TaskState> states = new KeyedCounts<>();
  private final Map<String, KeyedCounts<TaskState>> byFramework = new ConcurrentHashMap<>();

  /** By the end of the names that Mesos gives them: {@code task_lost/source_master/reason_…}. */
  private final KeyedCounts<String> reasons = new KeyedCounts<>();

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
    states.increment(status.getState());
    byFramework
        .computeIfAbsent(updated.framework().value(), unused -> new KeyedCounts<>())
        .increment(status.getState());
    if (status.hasReason()) {
      String name =
          status.getState().name()
              + "/"
              + status.getSource().name()
              + "/"
              + status.getReason().name();
      reasons.increment(name.toLowerCase(Locale.ROOT));
    }
  }

  private void increment(Kind kind) {
    kinds.increment(kind);
  }

  long of(Kind kind) {
    return kinds.of(kind);
  }

  /** How often a task came to this state. */
  long of(TaskState state) {
    return states.of(state);
  }

  /** How often a task of this framework did, as long as it is not gone. */
  long of(String framework, TaskState state) {
    KeyedCounts<TaskState> its = byFramework.get(framework);
    return its == null ? 0 : its.of(state);
  }

  /** By the end of the names that Mesos gives them. */
  void forEachReason(ObjLongConsumer<String> reader) {
    reasons.forEach(reader);
  }
}
