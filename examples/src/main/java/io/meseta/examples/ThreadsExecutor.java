package io.meseta.examples;

import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.executor.Executor;
import io.meseta.executor.ExecutorDriver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An executor that runs each of its tasks in a thread. What a task does is in its {@code data}:
 *
 * <ul>
 *   <li>{@code sleep 500}: sleeps for so many milliseconds, and finishes;
 *   <li>{@code fail}: fails;
 *   <li>{@code wait}: goes on until it is killed.
 * </ul>
 *
 * <p>A message of the framework is sent back to it, with {@code echo } before it.
 *
 * <p>A framework launches it with tasks that all have the same {@code executor}:
 *
 * <pre>
 * {"executor_id": {"value": "threads"},
 *  "type": "CUSTOM",
 *  "command": {"value": "java -cp … io.meseta.examples.ThreadsExecutor"},
 *  "resources": [cpus and memory of the executor itself]}
 * </pre>
 */
public final class ThreadsExecutor implements Executor {

  /** Callbacks come one at a time, and only they touch this. */
  private final Map<TaskID, Thread> threads = new HashMap<>();

  /** An executor without tasks. */
  public ThreadsExecutor() {}

  @Override
  public void launch(ExecutorDriver driver, TaskInfo task) {
    Thread thread = new Thread(() -> run(driver, task), task.getTaskId().getValue());
    threads.put(task.getTaskId(), thread);
    driver.sendStatusUpdate(task.getTaskId(), TaskState.TASK_RUNNING, "");
    thread.start();
  }

  private static void run(ExecutorDriver driver, TaskInfo task) {
    String[] words = task.getData().toStringUtf8().split(" ", -1);
    try {
      switch (words[0]) {
        case "sleep" -> {
          Thread.sleep(Long.parseLong(words[1]));
          driver.sendStatusUpdate(task.getTaskId(), TaskState.TASK_FINISHED, "slept well");
        }
        case "wait" -> Thread.sleep(Long.MAX_VALUE);
        default ->
            driver.sendStatusUpdate(
                task.getTaskId(), TaskState.TASK_FAILED, "was told to " + words[0]);
      }
    } catch (InterruptedException e) {
      driver.sendStatusUpdate(task.getTaskId(), TaskState.TASK_KILLED, "was interrupted");
    }
  }

  @Override
  public void kill(ExecutorDriver driver, TaskID task, Optional<Duration> gracePeriod) {
    Thread thread = threads.get(task);
    if (thread != null) {
      thread.interrupt();
    }
  }

  @Override
  public void message(ExecutorDriver driver, byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    driver.sendMessage(("echo " + text).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void shutdown(ExecutorDriver driver) {
    threads.values().forEach(Thread::interrupt);
    for (Thread thread : threads.values()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    driver.stop(); // Ends when the agent has what the tasks have said.
  }

  /**
   * Runs the executor until its agent ends it.
   *
   * @param arguments none
   * @throws InterruptedException when interrupted
   */
  public static void main(String[] arguments) throws InterruptedException {
    try (ExecutorDriver driver = ExecutorDriver.start(new ThreadsExecutor())) {
      driver.awaitTermination();
    }
  }
}
