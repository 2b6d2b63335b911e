package io.meseta.executor;

import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.executor.internal.AgentSession;
import java.time.Duration;

/**
 * The connection of an executor to its agent.
 *
 * <p>Thread-safe; no method blocks but {@link #awaitTermination}. One per process.
 */
public final class ExecutorDriver implements AutoCloseable {

  private final AgentSession session;

  private ExecutorDriver(Executor executor, ExecutorEnvironment environment) {
    this.session = new AgentSession(this, executor, environment);
  }

  /**
   * Connects to the agent that has started this process, as its environment says.
   *
   * @param executor is called back
   * @return to be closed in the end
   * @throws IllegalArgumentException when the environment is not that of an executor; the message
   *     names what is missing
   */
  public static ExecutorDriver start(Executor executor) {
    return start(executor, ExecutorEnvironment.of(System.getenv()));
  }

  /**
   * Connects to an agent, for tests of executors.
   *
   * @param executor is called back
   * @param environment where the agent is, and who the executor is
   * @return to be closed in the end
   */
  public static ExecutorDriver start(Executor executor, ExecutorEnvironment environment) {
    ExecutorDriver driver = new ExecutorDriver(executor, environment);
    driver.session.start();
    return driver;
  }

  /**
   * Tells what has become of a task.
   *
   * @param task one that was launched
   * @param state STARTING, RUNNING, KILLING, or an end: FINISHED, FAILED, KILLED, ERROR
   * @param message for people; may be empty
   */
  public void sendStatusUpdate(TaskID task, TaskState state, String message) {
    TaskStatus.Builder status = TaskStatus.newBuilder().setTaskId(task).setState(state);
    if (!message.isEmpty()) {
      status.setMessage(message);
    }
    sendStatusUpdate(status.build());
  }

  /**
   * Tells what has become of a task, with all that a status may say. Updates go out in the order of
   * these calls. Each is kept until the agent has it, and sent again if need be.
   *
   * @param status with {@code task_id} and {@code state} at least; id, time and source are filled
   *     in where they are missing, and what only the agent knows by the agent
   */
  public void sendStatusUpdate(TaskStatus status) {
    session.update(status);
  }

  /**
   * Sends bytes to the framework. Best effort: lost when there is no connection.
   *
   * @param data for {@code Scheduler.message}
   */
  public void sendMessage(byte[] data) {
    session.message(data.clone());
  }

  /**
   * All tasks have ended: the driver ends when the agent has acknowledged what was sent, and after
   * the shutdown grace period at the latest.
   */
  public void stop() {
    session.stop();
  }

  /**
   * Waits until the driver has ended; the process is to exit then.
   *
   * @throws InterruptedException when interrupted
   */
  public void awaitTermination() throws InterruptedException {
    session.awaitTermination();
  }

  /**
   * As the other one, with a limit.
   *
   * @param limit how long to wait
   * @return whether it has ended
   * @throws InterruptedException when interrupted
   */
  public boolean awaitTermination(Duration limit) throws InterruptedException {
    return session.awaitTermination(limit);
  }

  /** Ends the driver at once; what has not been acknowledged is lost. */
  @Override
  public void close() {
    session.close();
  }
}
