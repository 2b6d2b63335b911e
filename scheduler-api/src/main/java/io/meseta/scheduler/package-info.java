/**
 * Everything that the author of a framework imports.
 *
 * <p>A <em>framework</em> decides what to run; the cluster decides what it may run it on. The
 * master <em>offers</em> it resources of agents, the framework <em>launches</em> tasks on them, and
 * is told by <em>status updates</em> what becomes of them. That is all there is to it:
 *
 * <ol>
 *   <li>say who you are: {@link io.meseta.scheduler.Frameworks};
 *   <li>say what to do about offers and updates: implement {@link io.meseta.scheduler.Scheduler};
 *   <li>connect: {@link io.meseta.scheduler.SchedulerDriver}.
 * </ol>
 *
 * <h2>A framework</h2>
 *
 * <p>It runs one container to its end:
 *
 * <pre>{@code
 * class OneTask implements Scheduler {
 *   private boolean launched;
 *
 *   @Override
 *   public void subscribed(SchedulerDriver driver, FrameworkID id, MasterInfo master) {
 *     System.out.println("subscribed as " + id.getValue());
 *   }
 *
 *   @Override
 *   public void offers(SchedulerDriver driver, List<Offer> offers) {
 *     TaskBuilder task =
 *         Tasks.docker("busybox").name("hello").command("echo hello").cpus(0.5).memoryMiB(64);
 *     for (Offer offer : offers) {
 *       OfferBudget budget = OfferBudget.of(offer);
 *       if (!launched && budget.fits(task)) {
 *         budget.add(task);
 *         launched = true;
 *       }
 *       driver.launch(budget); // declines the offer when the budget is empty
 *     }
 *   }
 *
 *   @Override
 *   public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
 *     System.out.println(status.getTaskId().getValue() + " " + status.getState());
 *     if (Tasks.isTerminal(status.getState())) {
 *       driver.teardown();
 *     }
 *   }
 *
 *   @Override
 *   public void error(SchedulerDriver driver, String message) {
 *     System.err.println(message);
 *   }
 *
 *   public static void main(String[] args) throws InterruptedException {
 *     FrameworkInfo framework = Frameworks.named("one-task").build();
 *     try (SchedulerDriver driver =
 *         SchedulerDriver.builder(framework, new OneTask())
 *             .master("zk://127.0.0.1:2181/mesos")
 *             .build()
 *             .start()) {
 *       driver.awaitTermination();
 *     }
 *   }
 * }
 * }</pre>
 *
 * <h2>What the driver does by itself</h2>
 *
 * <ul>
 *   <li>finds the leading master, and the next one when it fails; subscribes again with growing
 *       delays; notices a dead connection by heartbeats that do not come;
 *   <li>acknowledges each update once {@link io.meseta.scheduler.Scheduler#statusUpdate} has
 *       returned ({@link io.meseta.scheduler.Acknowledgement});
 *   <li>reconciles: after every subscription and every 15 minutes it asks for the state of all
 *       tasks that it knows, until each is answered, and for all tasks that the master knows. So a
 *       task never stays in a state that is not true any more.
 * </ul>
 *
 * <h2>What the author does</h2>
 *
 * <ul>
 *   <li>Answer every offer, soon. With nothing to launch, {@link
 *       io.meseta.scheduler.SchedulerDriver#suppress} and later {@link
 *       io.meseta.scheduler.SchedulerDriver#revive}.
 *   <li>Take updates that come twice: the same update again leads to the same result.
 *   <li>Mind that an accepted launch is not a started task. Only an update says that it runs, or
 *       that it was lost on the way.
 *   <li>To survive a restart of the framework: {@link io.meseta.scheduler.Frameworks#surviving},
 *       and store the framework's id and its tasks. The next instance sets the id, and is told of
 *       all tasks by reconciliation.
 * </ul>
 *
 * <h2>Several tasks, ports, volumes</h2>
 *
 * <pre>{@code
 * TaskBuilder web =
 *     Tasks.docker("nginx:1.27")
 *         .name("web")
 *         .cpus(0.25)
 *         .memoryMiB(128)
 *         .port(80)
 *         .env("TZ", "UTC")
 *         .readOnlyVolume("/srv/www", "/usr/share/nginx/html");
 * OfferBudget budget = OfferBudget.of(offer);
 * for (int i = 0; i < 3 && budget.fits(web); i++) {
 *   budget.add(web);
 * }
 * driver.launch(budget);
 * }</pre>
 *
 * <p>Messages are the wire's own ({@code io.meseta.api.v1}), so nothing that the API has is out of
 * reach: {@link io.meseta.scheduler.TaskBuilder#customize} for tasks, {@link
 * io.meseta.scheduler.SchedulerDriver#accept} for operations, {@link
 * io.meseta.scheduler.SchedulerDriver#call} for any call.
 *
 * <h2>Threads</h2>
 *
 * <p>Callbacks come on one thread, one at a time. Anything of the driver may be called from any
 * thread. More in {@link io.meseta.scheduler.Scheduler}.
 */
@NullMarked
package io.meseta.scheduler;

import org.jspecify.annotations.NullMarked;
