package io.meseta.scheduler;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.internal.Calls;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A framework's connection to the cluster: finds the leading master, subscribes, comes back after
 * every loss, and carries the framework's calls.
 *
 * <h2>Calls</h2>
 *
 * <p>All methods may be called by any thread, callbacks included, and return at once. The calls of
 * one thread reach the master in the order in which they were made (acknowledgements may overtake
 * others). Each gives a stage:
 *
 * <ul>
 *   <li>it completes when the master has <em>accepted the call</em>, which does not mean that what
 *       was asked for has happened: that is told by callbacks;
 *   <li>it fails with {@link NotConnectedException} when the call was not sent, because there is no
 *       subscription at the moment. Calls are never kept for later: what was right for the old
 *       master need not be right for the new one. Do it again after {@link Scheduler#resubscribed};
 *   <li>it fails with {@link CallRefusedException} when the master refused the call;
 *   <li>it fails with {@link CallOutcomeUnknownException} when no answer came: the call may have
 *       had its effect, or not. Launched tasks are reconciled by the driver, so their updates will
 *       tell.
 * </ul>
 *
 * <p>Most authors ignore it: the callbacks tell all that matters. Functions attached to it run on a
 * thread of their own, concurrently with callbacks; attach them with {@code thenRunAsync(function,
 * driver.callbackExecutor())} to have them in the order of callbacks. {@code
 * toCompletableFuture().join()} waits.
 *
 * <h2>Ending</h2>
 *
 * <table>
 *   <caption>How a driver ends</caption>
 *   <tr><th>by</th><th>tasks</th><th>{@link #awaitTermination()}</th></tr>
 *   <tr><td>{@link #stop()}, {@link #close()}</td><td>run on for the framework's {@code
 *       failover_timeout}</td><td>returns</td></tr>
 *   <tr><td>{@link #teardown()}</td><td>are killed</td><td>returns</td></tr>
 *   <tr><td>{@link Scheduler#error}</td><td>as the message says</td><td>throws</td></tr>
 * </table>
 *
 * <p>Authors who test their scheduler without a cluster implement this interface themselves: all
 * calls but the lifecycle go through {@link #call}.
 */
public interface SchedulerDriver extends AutoCloseable {

  /**
   * Begins to set up a driver.
   *
   * @param framework who we are; {@link Frameworks} helps. With an {@code id}, the driver takes
   *     over from an earlier instance of the framework
   * @param scheduler what to do about events
   * @return options, of which only the master is required
   */
  static SchedulerDriverBuilder builder(FrameworkInfo framework, Scheduler scheduler) {
    return new SchedulerDriverBuilder(framework, scheduler);
  }

  /**
   * Starts to look for the master and to subscribe, and returns at once.
   *
   * @return this driver
   * @throws IllegalStateException when it was started before
   */
  SchedulerDriver start();

  /**
   * Sends any call of the scheduler API; the other methods are short forms of this one.
   *
   * @param call without framework id, which the driver adds. SUBSCRIBE is the driver's own
   * @return see the class comment
   * @throws IllegalArgumentException for SUBSCRIBE, for a call without type, and for one that lacks
   *     required fields
   */
  CompletionStage<Void> call(Call call);

  /**
   * Runs tasks on the callback thread, in order with the callbacks. After the end of the driver,
   * tasks are dropped.
   *
   * @return an executor that never blocks its caller
   */
  Executor callbackExecutor();

  /**
   * Ends the connection and leaves the tasks running, for the next instance of the framework. Calls
   * made before are sent first, as far as the request time limit allows. Returns at once; does
   * nothing when the driver has ended.
   */
  void stop();

  /**
   * Waits for the end of the driver.
   *
   * @throws SchedulerException when the driver ended by {@link Scheduler#error}, with its message
   * @throws InterruptedException when the waiting thread is interrupted
   * @throws IllegalStateException when called on the callback thread, which would wait for itself
   */
  void awaitTermination() throws InterruptedException;

  /**
   * Waits for the end of the driver, but not longer than this.
   *
   * @param limit how long to wait at most
   * @return whether it has ended
   * @throws SchedulerException when the driver ended by {@link Scheduler#error}, with its message
   * @throws InterruptedException when the waiting thread is interrupted
   * @throws IllegalStateException when called on the callback thread, which would wait for itself
   */
  boolean awaitTermination(Duration limit) throws InterruptedException;

  /**
   * Stops the driver and waits until its threads and connections are gone; on the callback thread
   * it does not wait.
   */
  @Override
  void close();

  /**
   * Launches tasks on an offer. What they leave of it goes back to the master and is not offered to
   * this framework again for five seconds.
   *
   * @param offer an open offer
   * @param tasks without any, the offer is declined
   * @return see the class comment
   */
  default CompletionStage<Void> launch(Offer offer, TaskInfo... tasks) {
    return launch(List.of(offer.getId()), List.of(tasks));
  }

  /**
   * Launches tasks on offers of one agent and one role.
   *
   * @param offers open offers
   * @param tasks without any, the offers are declined
   * @return see the class comment
   */
  default CompletionStage<Void> launch(Collection<OfferID> offers, Collection<TaskInfo> tasks) {
    return accept(
        offers,
        tasks.isEmpty() ? List.of() : List.of(Calls.launch(tasks)),
        Filters.getDefaultInstance());
  }

  /**
   * Launches what was packed into the budget, or declines its offers when that is nothing.
   *
   * @param budget tasks and the offers that they are to be launched on
   * @return see the class comment
   */
  default CompletionStage<Void> launch(OfferBudget budget) {
    return launch(budget.offerIds(), budget.tasks());
  }

  /**
   * Uses offers for any operations: launch, reserve, create volumes and so on, in this order.
   *
   * @param offers open offers of one agent and one role
   * @param operations none declines the offers
   * @param filters for how long what is left is not to be offered again; the default is 5 s
   * @return see the class comment
   */
  default CompletionStage<Void> accept(
      Collection<OfferID> offers, Collection<Offer.Operation> operations, Filters filters) {
    return call(Calls.accept(offers, operations, filters));
  }

  /**
   * Declines offers; the same resources are not offered again for five seconds.
   *
   * @param offers open offers
   * @return see the class comment
   */
  default CompletionStage<Void> decline(Collection<Offer> offers) {
    return decline(offers.stream().map(Offer::getId).toList(), Filters.getDefaultInstance());
  }

  /**
   * Declines offers for a time of the author's choice.
   *
   * @param offers open offers
   * @param filters {@code refuse_seconds}: 0 sets no filter, negative values mean 5
   * @return see the class comment
   */
  default CompletionStage<Void> decline(Collection<OfferID> offers, Filters filters) {
    return call(Calls.decline(offers, filters));
  }

  /**
   * Asks for offers: removes the filters of earlier declines, and ends suppression.
   *
   * @param roles none means all that the framework has
   * @return see the class comment
   */
  default CompletionStage<Void> revive(String... roles) {
    return call(Calls.revive(List.of(roles)));
  }

  /**
   * Asks for no more offers until {@link #revive}. Kept up across reconnects. Good manners when
   * there is nothing to launch.
   *
   * @param roles none means all that the framework has
   * @return see the class comment
   */
  default CompletionStage<Void> suppress(String... roles) {
    return call(Calls.suppress(List.of(roles)));
  }

  /**
   * Kills a task, with the grace period of its own kill policy. May be repeated. For a task that
   * the master does not know, TASK_LOST (or the partition-aware state) is delivered.
   *
   * @param task the task
   * @return see the class comment
   */
  default CompletionStage<Void> kill(TaskID task) {
    return call(Calls.kill(task));
  }

  /**
   * Kills a task.
   *
   * @param task the task
   * @param agent where it runs; if that is wrong, nothing happens
   * @param policy replaces the task's own, the grace period above all
   * @return see the class comment
   */
  default CompletionStage<Void> kill(TaskID task, AgentID agent, KillPolicy policy) {
    return call(Calls.kill(task, agent, policy));
  }

  /**
   * Acknowledges an update, so that the agent forgets it and sends the task's next one. Only with
   * {@link Acknowledgement#MANUAL}; a second acknowledgement does no harm.
   *
   * @param status as it was delivered. One without {@code uuid} wants no acknowledgement, and the
   *     stage is complete at once
   * @return see the class comment
   */
  default CompletionStage<Void> acknowledge(TaskStatus status) {
    return Calls.acknowledge(status)
        .map(this::call)
        .orElseGet(() -> CompletableFuture.completedStage(null));
  }

  /**
   * Acknowledges the status of an offer operation.
   *
   * @param status as it was delivered; without {@code uuid} it wants no acknowledgement, and the
   *     stage is complete at once
   * @return see the class comment
   */
  default CompletionStage<Void> acknowledgeOperation(OperationStatus status) {
    return Calls.acknowledge(status)
        .map(this::call)
        .orElseGet(() -> CompletableFuture.completedStage(null));
  }

  /**
   * Asks for the state of tasks, which comes as updates. The driver does so by itself for all tasks
   * that it knows; this is for tasks that it cannot know, such as those that an earlier instance of
   * the framework has stored. From then on it knows them, and asks again until there is an answer.
   *
   * @param tasks task ids, with agent id where that is known; none asks for all that the master has
   * @return see the class comment
   */
  default CompletionStage<Void> reconcile(Collection<Call.Reconcile.Task> tasks) {
    return call(Calls.reconcile(tasks));
  }

  /**
   * Asks for the state of offer operations, which comes as operation statuses without uuid. The
   * driver does not do so by itself.
   *
   * @param operations operation ids, with agent id where that is known; none asks for all that the
   *     master has
   * @return see the class comment
   */
  default CompletionStage<Void> reconcileOperations(
      Collection<Call.ReconcileOperations.Operation> operations) {
    return call(Calls.reconcileOperations(operations));
  }

  /**
   * Sends bytes to an executor. Best effort: they may be lost.
   *
   * @param executor the receiver
   * @param agent where it runs
   * @param data what to send
   * @return see the class comment
   */
  default CompletionStage<Void> message(ExecutorID executor, AgentID agent, byte[] data) {
    return call(Calls.message(executor, agent, data));
  }

  /**
   * Asks an executor to kill its tasks and to exit; the agent makes sure that it does.
   *
   * @param executor the executor
   * @param agent where it runs
   * @return see the class comment
   */
  default CompletionStage<Void> shutdownExecutor(ExecutorID executor, AgentID agent) {
    return call(Calls.shutdown(executor, agent));
  }

  /**
   * Changes what the master knows of the framework: roles, failover timeout and so on. All or
   * nothing. User, principal and checkpoint cannot change. Offer constraints are removed; to keep
   * or to change them, send UPDATE_FRAMEWORK with {@link #call}.
   *
   * @param framework the new info; its id is added by the driver
   * @param suppressedRoles replaces the roles that are suppressed
   * @return see the class comment; refused with 400, 403 or 409
   */
  default CompletionStage<Void> updateFramework(
      FrameworkInfo framework, Collection<String> suppressedRoles) {
    return call(Calls.updateFramework(framework, suppressedRoles));
  }

  /**
   * Says that maintenance may begin: the framework does without the resources by then.
   *
   * @param inverseOffers open inverse offers
   * @return see the class comment
   */
  default CompletionStage<Void> acceptInverseOffers(Collection<OfferID> inverseOffers) {
    return call(Calls.acceptInverse(inverseOffers));
  }

  /**
   * Says that maintenance would hurt. The operator sees it, and may go on nevertheless.
   *
   * @param inverseOffers open inverse offers
   * @return see the class comment
   */
  default CompletionStage<Void> declineInverseOffers(Collection<OfferID> inverseOffers) {
    return call(Calls.declineInverse(inverseOffers));
  }

  /**
   * Ends the framework for good: the master kills all its tasks and forgets its id. The driver ends
   * when the master has accepted; until then it goes on as before.
   *
   * @return see the class comment
   */
  default CompletionStage<Void> teardown() {
    return call(Calls.teardown());
  }
}
