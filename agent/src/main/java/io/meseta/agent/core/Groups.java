package io.meseta.agent.core;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.ContainerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Task groups that the agent runs itself, under an executor of type DEFAULT: each task in a
 * container of its own, with its own limits.
 *
 * <p>The tasks share a network and the executor's sandbox. Processes share the machine's network
 * anyway; of Docker containers with a network of their own, the first is launched before the
 * others, which join its network. They end together, see {@link EndedTasks}.
 */
final class Groups {

  private final Tasks tasks;
  private final Launches launches;

  /** Tasks that are written down and wait for the container whose network they join. */
  private final Set<TaskKey> waiting = new LinkedHashSet<>();

  Groups(Tasks tasks, Launches launches) {
    this.tasks = tasks;
    this.launches = launches;
  }

  /** Launches the tasks of a group. */
  void run(List<AgentTask> group) {
    for (AgentTask task : group) {
      if (hasNetworkOfItsOwn(task) && !network(task, group).equals(Optional.of(task))) {
        waiting.add(task.key());
      }
    }
    for (AgentTask task : group) {
      if (waiting.contains(task.key())) {
        launches.takeLater(task);
      } else {
        launches.take(task);
      }
    }
  }

  /** A container has started or ended: those that wait for its network may go on. */
  void changed(AgentTask task) {
    if (waiting.isEmpty() || task.group().isEmpty()) {
      return;
    }
    List<AgentTask> live = tasks.liveOfGroup(task.key().framework(), task.group().get());
    for (AgentTask each : live) {
      Optional<AgentTask> network = network(each, live);
      boolean ready =
          network.filter(of -> of == each || of.stage() == ContainerStage.STARTED).isPresent();
      if (waiting.contains(each.key()) && (ready || each.killOrdered())) {
        waiting.remove(each.key());
        launches.launchWhenDurable(each);
      }
    }
  }

  /** Whether its launch waits for another task; it is let go by {@link #changed}. */
  boolean isWaiting(AgentTask task) {
    return waiting.contains(task.key());
  }

  /** The task whose network it joins, itself perhaps: the first of those that have one. */
  private static Optional<AgentTask> network(AgentTask task, List<AgentTask> group) {
    return hasNetworkOfItsOwn(task)
        ? group.stream().filter(Groups::hasNetworkOfItsOwn).findFirst()
        : Optional.empty();
  }

  private static boolean hasNetworkOfItsOwn(AgentTask task) {
    ContainerInfo container = task.info().getContainer();
    return task.group().isPresent()
        && container.getType() == ContainerInfo.Type.DOCKER
        && container.getDocker().getNetwork() != DockerInfo.Network.HOST;
  }

  /** What the container of a task in a group is told beside what it would be told alone. */
  static ContainerSpec shared(
      ContainerSpec spec, AgentTask task, Optional<AgentExecutor> executor, Tasks tasks) {
    if (executor.isEmpty() || task.group().isEmpty()) {
      return spec;
    }
    List<AgentTask> live =
        new ArrayList<>(tasks.liveOfGroup(task.key().framework(), task.group().get()));
    Optional<ContainerId> network =
        network(task, live).filter(of -> of != task).map(AgentTask::container);
    TaskInfo alone = task.info().toBuilder().clearExecutor().build();
    return spec.withTask(alone).inGroup(network, executor.get().container());
  }
}
