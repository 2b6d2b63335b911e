package io.meseta.agent.core;

import io.meseta.api.v1.TaskState;
import java.util.Optional;

/**
 * What the end of a task means for those that it was launched with, and for its executor.
 *
 * <p>An executor stays when its last task has ended: it may be given others. It ends then only if
 * its agent is being drained, or if it has not come up yet, so that nobody ever gave it anything.
 */
final class EndedTasks implements TaskEnds {

  private final Executors executors;
  private final Tasks tasks;
  private final Kills kills;
  private final ExecutorShutdowns shutdowns;
  private final ExecutorSpecs specs;
  private final Groups groups;

  EndedTasks(
      Executors executors,
      Tasks tasks,
      Kills kills,
      ExecutorShutdowns shutdowns,
      ExecutorSpecs specs,
      Groups groups) {
    this.executors = executors;
    this.tasks = tasks;
    this.kills = kills;
    this.shutdowns = shutdowns;
    this.specs = specs;
    this.groups = groups;
  }

  @Override
  public void ended(AgentTask task) {
    Optional<AgentExecutor> found =
        executors.of(task).filter(executor -> executor.state() != ExecutorState.TERMINATED);
    if (found.isEmpty()) {
      return;
    }
    AgentExecutor executor = found.get();
    if (!executor.hasContainer()) {
      endGroup(task);
      groups.changed(task);
      shutdowns.finishIfEmpty(executor);
    } else if (!tasks.liveOf(executor.key()).isEmpty() || !isToEnd(executor)) {
      specs.resize(executor);
    } else {
      shutdowns.shutDown(executor);
    }
  }

  /** Without a task, is there a reason for the executor to end? */
  private static boolean isToEnd(AgentExecutor executor) {
    return executor.wasDrained() || executor.state() == ExecutorState.REGISTERING;
  }

  /**
   * A group whose tasks the agent runs itself: one that does not finish takes the others with it.
   * In the group of a framework's executor that is the executor's business.
   */
  private void endGroup(AgentTask task) {
    if (task.group().isEmpty() || task.state() == TaskState.TASK_FINISHED) {
      return;
    }
    String why =
        "Task "
            + task.key().task()
            + " of the same group has ended in "
            + task.state()
            + ", and a group ends together";
    for (AgentTask other : tasks.liveOfGroup(task.key().framework(), task.group().get())) {
      if (!other.killOrdered()) {
        other.endsWithGroup(why);
        kills.kill(other);
      }
    }
  }
}
