package io.meseta.executor;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import java.time.Duration;
import java.util.Optional;

/**
 * What an executor does about its tasks. Authors implement this.
 *
 * <h2>Duties</h2>
 *
 * <ul>
 *   <li>Of each task that {@link #launch} brings, say what becomes of it: TASK_RUNNING, and in the
 *       end one of TASK_FINISHED, TASK_FAILED, TASK_KILLED. A task of which no end is ever told
 *       keeps its resources.
 *   <li>A task may be killed at any time, more than once, and after it has ended.
 *   <li>When {@link #shutdown} comes: end all tasks, say so, and call {@link ExecutorDriver#stop}.
 *       Whoever has not exited when the grace period is over is killed.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>A driver calls all methods on one thread of its own: one at a time, in the order in which
 * things happened. A callback should return soon, since those after it wait, kills among them; what
 * a task does belongs on another thread. Any method of the driver may be called from any thread,
 * callbacks included. What a callback throws is logged, and the driver goes on.
 */
public interface Executor {

  /**
   * The agent has taken the executor in: the first callback, once.
   *
   * @param driver the driver that calls
   * @param executor as its framework described it; {@code data} is often its configuration
   * @param framework whose it is
   * @param agent where it runs
   */
  default void subscribed(
      ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, AgentInfo agent) {}

  /**
   * The agent is there again after {@link #disconnected}. What was not acknowledged has been sent
   * again.
   *
   * @param driver the driver that calls
   * @param agent as before, though perhaps described otherwise
   */
  default void resubscribed(ExecutorDriver driver, AgentInfo agent) {}

  /**
   * The connection is lost: the agent is being restarted, perhaps. Tasks run on, and updates are
   * kept; the driver is already busy getting back. If it does not within the time that the agent
   * has set, {@link #shutdown} follows.
   *
   * @param driver the driver that calls
   * @param reason what happened, for a log
   */
  default void disconnected(ExecutorDriver driver, String reason) {}

  /**
   * Run a task.
   *
   * @param driver the driver that calls
   * @param task whole, as the framework sent it; {@code data} often says what to do
   */
  void launch(ExecutorDriver driver, TaskInfo task);

  /**
   * Run tasks that belong together. Unless overridden they are launched one by one.
   *
   * @param driver the driver that calls
   * @param group at least one task
   */
  default void launchGroup(ExecutorDriver driver, TaskGroupInfo group) {
    group.getTasksList().forEach(task -> launch(driver, task));
  }

  /**
   * End a task.
   *
   * @param driver the driver that calls
   * @param task one that was launched; it may have ended already
   * @param gracePeriod how long it may take, where the kill says so; else what the task's own
   *     {@code kill_policy} says
   */
  void kill(ExecutorDriver driver, TaskID task, Optional<Duration> gracePeriod);

  /**
   * The framework has sent bytes. Best effort: they may be lost, never repeated.
   *
   * @param driver the driver that calls
   * @param data what it sent
   */
  default void message(ExecutorDriver driver, byte[] data) {}

  /**
   * End all tasks, say so, and call {@link ExecutorDriver#stop}: the framework or the agent wants
   * that, or the agent did not come back.
   *
   * @param driver the driver that calls; it ends by itself when the grace period is over
   */
  void shutdown(ExecutorDriver driver);

  /**
   * The agent cannot go on with this executor. The driver has ended.
   *
   * @param driver the driver that calls; its calls have no effect any more
   * @param message why, for a log
   */
  default void error(ExecutorDriver driver, String message) {}
}
