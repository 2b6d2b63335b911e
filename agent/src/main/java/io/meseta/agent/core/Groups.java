package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.core.AgentEffect.StartContainer;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ContainerInfo.DockerInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.common.ids.ContainerId;
import java.util.List;
import java.util.Optional;

/**
 * Task groups that the agent runs itself, under an executor of type DEFAULT: each task in a
 * container of its own, with its own limits.
 *
 * <p>They start together, in two steps:
 *
 * <pre>
 * written down ─► all are launched: prepared, not started
 *              ─► all are prepared ─► all are started ─► all run: TASK_RUNNING, in one write
 *              ─► one fails, or is killed ─► none is started, all end
 * </pre>
 *
 * <p>What is durable of that is what is durable of each task. A restarted agent starts nothing that
 * it finds prepared, see {@link Recovery}: that task is dropped, and takes those of its group that
 * were started with it; where all were started, they go on.
 *
 * <p>The tasks share a network and the executor's sandbox. Processes share the machine's network
 * anyway; Docker containers with a network of their own share one that belongs to none of them.
 * They end together, see {@link EndedTasks}.
 */
final class Groups {

  private final CoreContext context;
  private final Tasks tasks;
  private final Launches launches;
  private final Checks checks;

  Groups(CoreContext context, Tasks tasks, Launches launches, Checks checks) {
    this.context = context;
    this.tasks = tasks;
    this.launches = launches;
    this.checks = checks;
  }

  /** Launches the tasks of a group. */
  void run(List<AgentTask> group) {
    group.forEach(launches::take);
  }

  /** A container is prepared; with the last one of a group all are started, and only once. */
  void prepared(AgentTask task) {
    List<AgentTask> live = live(task);
    boolean all =
        live.stream()
            .allMatch(each -> each.stage() == ContainerStage.PREPARED && !each.killOrdered());
    if (all) {
      live.forEach(each -> context.order(new StartContainer(each.container())));
    }
  }

  /** A container runs: its task does so at once, or when all of its group have been started. */
  void started(AgentTask task) {
    if (task.group().isEmpty() || task.state() != TaskState.TASK_STARTING) {
      runs(task);
    } else {
      changed(task);
    }
  }

  /** A container has started or ended: perhaps all those that are left run. */
  void changed(AgentTask task) {
    if (task.group().isEmpty()) {
      return;
    }
    List<AgentTask> live = live(task);
    if (live.stream().allMatch(each -> each.stage() == ContainerStage.STARTED)) {
      live.stream().filter(each -> each.state() == TaskState.TASK_STARTING).forEach(this::runs);
    }
  }

  /** The task ends: one that ran, and waited for others to be told so, is told to have run. */
  void ends(AgentTask task) {
    if (task.stage() == ContainerStage.STARTED
        && task.state() == TaskState.TASK_STARTING
        && !task.killOrdered()) {
      tellRunning(task);
    }
  }

  private void runs(AgentTask task) {
    checks.begin(task);
    // With a kill on its way the next news is the end.
    if (task.state() == TaskState.TASK_STARTING && !task.killOrdered()) {
      tellRunning(task);
    }
  }

  private void tellRunning(AgentTask task) {
    TaskStatus.Builder running = context.statuses().ofTask(task, TaskState.TASK_RUNNING);
    ByteString details = task.takeDetails();
    if (!details.isEmpty()) {
      running.setData(details);
    }
    tasks.advance(task, running.build());
  }

  private List<AgentTask> live(AgentTask task) {
    return tasks.liveOfGroup(task.key().framework(), task.group().orElseThrow());
  }

  private static boolean hasNetworkOfItsOwn(AgentTask task) {
    ContainerInfo container = task.info().getContainer();
    return container.getType() == ContainerInfo.Type.DOCKER
        && container.getDocker().getNetwork() != DockerInfo.Network.HOST;
  }

  /** What the container of a task in a group is told beside what it would be told alone. */
  static ContainerSpec shared(
      ContainerSpec spec, AgentTask task, Optional<AgentExecutor> executor, Tasks tasks) {
    if (executor.isEmpty() || task.group().isEmpty()) {
      return spec;
    }
    String group = task.group().get();
    Optional<ContainerSpec.Network> network = Optional.empty();
    if (hasNetworkOfItsOwn(task)) {
      List<TaskInfo> members =
          tasks.liveOfGroup(task.key().framework(), group).stream()
              .filter(Groups::hasNetworkOfItsOwn)
              .map(each -> alone(each.info()))
              .toList();
      network =
          Optional.of(
              new ContainerSpec.Network(
                  new ContainerId(group), members, executor.get().info().getResourcesList()));
    }
    return spec.withTask(alone(task.info()))
        .inGroup(new ContainerSpec.Group(executor.get().container(), network));
  }

  private static TaskInfo alone(TaskInfo task) {
    return task.toBuilder().clearExecutor().build();
  }
}
