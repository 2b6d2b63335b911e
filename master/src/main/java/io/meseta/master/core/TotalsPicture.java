package io.meseta.master.core;

import io.meseta.api.v1.TaskState;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.ClusterTotals;
import io.meseta.master.view.FrameworkView;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sums over the whole cluster, changed by what is drawn anew and by nothing else. */
final class TotalsPicture {

  private final EnumMap<AgentView.Standing, Integer> agents =
      new EnumMap<>(AgentView.Standing.class);
  private int deactivatedAgents;
  private int connectedFrameworks;
  private int frameworks;
  private final EnumMap<TaskState, Integer> tasks = new EnumMap<>(TaskState.class);
  private int offers;
  private final Tally resources = new Tally();
  private final Tally used = new Tally();
  private final Tally offered = new Tally();

  void add(TaskState state) {
    count(tasks, state, 1);
  }

  void remove(TaskState state) {
    count(tasks, state, -1);
  }

  void offerOpened() {
    offers++;
  }

  void offerClosed() {
    offers--;
  }

  /** Null for one that was not there, or is there no more. */
  void change(@Nullable FrameworkView before, @Nullable FrameworkView now) {
    if (before != null) {
      frameworks--;
      connectedFrameworks -= before.connected() ? 1 : 0;
    }
    if (now != null) {
      frameworks++;
      connectedFrameworks += now.connected() ? 1 : 0;
    }
  }

  /** Null for one that was not there, or is there no more. */
  void change(@Nullable AgentView before, @Nullable AgentView now) {
    if (before != null) {
      count(agents, before.standing(), -1);
      if (isHere(before)) {
        deactivatedAgents -= isDeactivated(before) ? 1 : 0;
        resources.subtract(before.total());
        used.subtract(before.used());
        offered.subtract(before.offered());
      }
    }
    if (now != null) {
      count(agents, now.standing(), 1);
      if (isHere(now)) {
        deactivatedAgents += isDeactivated(now) ? 1 : 0;
        resources.add(now.total());
        used.add(now.used());
        offered.add(now.offered());
      }
    }
  }

  private static boolean isDeactivated(AgentView agent) {
    return agent.standing() == AgentView.Standing.CONNECTED && agent.deactivated();
  }

  private static boolean isHere(AgentView agent) {
    return switch (agent.standing()) {
      case CONNECTED, DISCONNECTED -> true;
      case RECOVERED, UNREACHABLE, GONE -> false;
    };
  }

  ClusterTotals now() {
    return new ClusterTotals(
        Collections.unmodifiableMap(new EnumMap<>(agents)),
        deactivatedAgents,
        connectedFrameworks,
        frameworks - connectedFrameworks,
        Collections.unmodifiableMap(new EnumMap<>(tasks)),
        offers,
        resources.total(),
        used.total(),
        offered.total());
  }

  private static <E extends Enum<E>> void count(Map<E, Integer> counts, E kind, int more) {
    int now = counts.getOrDefault(kind, 0) + more;
    if (now == 0) {
      counts.remove(kind);
    } else {
      counts.put(kind, now);
    }
  }
}
