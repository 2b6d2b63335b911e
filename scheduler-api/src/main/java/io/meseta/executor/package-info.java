/**
 * Everything that the author of an executor imports.
 *
 * <p>Most frameworks need none: a task with a command, or with an image, is run by the agent. An
 * <em>executor</em> is a program of the framework's that runs its tasks in its own way, several in
 * one process for instance. The agent starts it with the first task that names it in {@code
 * TaskInfo.executor}, hands it tasks, and forwards what it says of them.
 *
 * <ol>
 *   <li>say what to do about tasks: implement {@link io.meseta.executor.Executor};
 *   <li>connect, as the agent has said in the environment: {@link
 *       io.meseta.executor.ExecutorDriver};
 *   <li>leave {@code main} when {@link io.meseta.executor.ExecutorDriver#awaitTermination} returns.
 * </ol>
 *
 * <pre>{@code
 * class Sleepers implements Executor {
 *   private final Map<TaskID, Thread> threads = new HashMap<>();
 *
 *   @Override
 *   public void launch(ExecutorDriver driver, TaskInfo task) {
 *     Thread thread = new Thread(() -> run(driver, task.getTaskId()));
 *     threads.put(task.getTaskId(), thread);
 *     driver.sendStatusUpdate(task.getTaskId(), TaskState.TASK_RUNNING, "");
 *     thread.start();
 *   }
 *
 *   private static void run(ExecutorDriver driver, TaskID task) {
 *     try {
 *       Thread.sleep(10_000);
 *       driver.sendStatusUpdate(task, TaskState.TASK_FINISHED, "slept well");
 *     } catch (InterruptedException e) {
 *       driver.sendStatusUpdate(task, TaskState.TASK_KILLED, "");
 *     }
 *   }
 *
 *   @Override
 *   public void kill(ExecutorDriver driver, TaskID task, Optional<Duration> gracePeriod) {
 *     threads.get(task).interrupt();
 *   }
 *
 *   @Override
 *   public void shutdown(ExecutorDriver driver) {
 *     threads.values().forEach(Thread::interrupt);
 *     driver.stop();
 *   }
 *
 *   public static void main(String[] arguments) throws InterruptedException {
 *     try (ExecutorDriver driver = ExecutorDriver.start(new Sleepers())) {
 *       driver.awaitTermination();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <h2>What the driver does by itself</h2>
 *
 * <ul>
 *   <li>gives each update an id, keeps it until the agent has acknowledged it, and sends it again
 *       when it might have been lost;
 *   <li>comes back to an agent that was restarted: with delays up to {@code
 *       MESOS_SUBSCRIPTION_BACKOFF_MAX}, for {@code MESOS_RECOVERY_TIMEOUT} at most, and telling it
 *       which tasks and updates are not acknowledged. Tasks run on meanwhile.
 * </ul>
 */
@NullMarked
package io.meseta.executor;

import org.jspecify.annotations.NullMarked;
