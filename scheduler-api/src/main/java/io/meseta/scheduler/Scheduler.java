package io.meseta.scheduler;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.InverseOffer;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.TaskStatus;
import java.util.List;

/**
 * What a framework does about what happens in the cluster. Authors implement this.
 *
 * <h2>Threads</h2>
 *
 * <p>A driver calls all methods on its one callback thread: one at a time, in the order in which
 * things happened. So an implementation needs no lock for state that only callbacks touch. Work of
 * the author's own joins in by {@link SchedulerDriver#callbackExecutor()}.
 *
 * <p>Any method of the driver may be called from within a callback; none of them blocks, except
 * {@link SchedulerDriver#awaitTermination()}, which refuses to be called there. A callback should
 * return soon, since those after it wait, offers among them. While more than a few thousand are
 * waiting, the driver reads no further; a master disconnects a framework that stays behind, and the
 * driver then subscribes again.
 *
 * <p>What a callback throws is logged, and the driver goes on.
 *
 * <h2>Order</h2>
 *
 * <pre>
 * subscribed ─► offers, statusUpdate, … ─► disconnected ─► resubscribed ─► offers, … ─► error
 * </pre>
 *
 * <p>{@link #subscribed} comes first and once, {@link #error} last and at most once. Between {@link
 * #disconnected} and {@link #resubscribed} nothing comes. Events of different kinds are not ordered
 * among each other by the master: an executor's exit may be told before or after the last update of
 * its task.
 */
public interface Scheduler {

  /**
   * The master has taken the framework in.
   *
   * <p>A framework that wants to survive its own restart stores the id now, and gives it to its
   * next instance in {@code FrameworkInfo.id}. Reconciliation has been started: the states of the
   * tasks that the master knows come as updates.
   *
   * @param driver the driver that calls
   * @param frameworkId the framework's id, from now on
   * @param master who leads; the default instance if the master did not say
   */
  void subscribed(SchedulerDriver driver, FrameworkID frameworkId, MasterInfo master);

  /**
   * The connection is there again, perhaps to another master.
   *
   * <p>Every offer from before is void. Tasks have not been touched, and reconciliation has been
   * started, so updates follow. Suppressed roles are still suppressed.
   *
   * @param driver the driver that calls
   * @param frameworkId the same as in {@link #subscribed}
   * @param master who leads now
   */
  default void resubscribed(SchedulerDriver driver, FrameworkID frameworkId, MasterInfo master) {}

  /**
   * Resources are on offer. Each offer is answered once: accept it ({@link SchedulerDriver#launch},
   * {@link SchedulerDriver#accept}) or decline it. What is not answered is missing for everyone
   * until the master takes it back.
   *
   * @param driver the driver that calls
   * @param offers at least one; each of one agent and for one role
   */
  void offers(SchedulerDriver driver, List<Offer> offers);

  /**
   * An offer is void: its agent is gone, or the master needs the resources elsewhere. An ACCEPT
   * that crosses with this makes its tasks fail with TASK_LOST or TASK_DROPPED, reason {@code
   * REASON_INVALID_OFFERS}.
   *
   * @param driver the driver that calls
   * @param offer the offer, perhaps one that has been answered already
   */
  default void offerRescinded(SchedulerDriver driver, OfferID offer) {}

  /**
   * The state of a task, new or told again.
   *
   * <p>Updates are delivered <em>at least once</em>: the agent repeats an update until it is
   * acknowledged, so one whose acknowledgement got lost comes again, with the same {@code uuid}.
   * Per task they come in order. Answers to reconciliation come here too, with {@code
   * REASON_RECONCILIATION} and without a {@code uuid}; most of them tell nothing new. An
   * implementation should therefore give the same result when called again with the same state.
   *
   * <p>With {@link Acknowledgement#AUTOMATIC}, which is the default, the update is acknowledged
   * when this method has returned normally, and not when it throws. So what must survive is stored
   * before returning. With {@link Acknowledgement#MANUAL} the author calls {@link
   * SchedulerDriver#acknowledge}; later updates of the task wait for it.
   *
   * @param driver the driver that calls
   * @param status the status as it came
   */
  void statusUpdate(SchedulerDriver driver, TaskStatus status);

  /**
   * An executor has sent bytes. Best effort: it may be lost, never repeated.
   *
   * @param driver the driver that calls
   * @param executor the sender
   * @param agent where it runs
   * @param data what it sent
   */
  default void message(SchedulerDriver driver, ExecutorID executor, AgentID agent, byte[] data) {}

  /**
   * An agent has been removed. What has become of its tasks is told by updates.
   *
   * @param driver the driver that calls
   * @param agent the agent; one that returns later has another id
   */
  default void agentLost(SchedulerDriver driver, AgentID agent) {}

  /**
   * An executor has exited. What has become of its tasks is told by updates.
   *
   * @param driver the driver that calls
   * @param executor the executor
   * @param agent where it ran
   * @param status its wait status as from {@code waitpid}: exit code times 256, or the signal
   */
  default void executorExited(
      SchedulerDriver driver, ExecutorID executor, AgentID agent, int status) {}

  /**
   * Agents are to go down for maintenance at an announced time, and the master asks to move away.
   * Answered with {@link SchedulerDriver#acceptInverseOffers} or {@link
   * SchedulerDriver#declineInverseOffers}.
   *
   * @param driver the driver that calls
   * @param inverseOffers at least one
   */
  default void inverseOffers(SchedulerDriver driver, List<InverseOffer> inverseOffers) {}

  /**
   * An inverse offer is void.
   *
   * @param driver the driver that calls
   * @param inverseOffer the inverse offer
   */
  default void inverseOfferRescinded(SchedulerDriver driver, OfferID inverseOffer) {}

  /**
   * The state of an offer operation that was given an id, such as a reservation. At least once, as
   * with {@link #statusUpdate}; it is acknowledged with {@link
   * SchedulerDriver#acknowledgeOperation}, never automatically.
   *
   * @param driver the driver that calls
   * @param status the status as it came
   */
  default void operationUpdate(SchedulerDriver driver, OperationStatus status) {}

  /**
   * The subscription is lost. Tasks run on; calls fail with {@link NotConnectedException} until
   * {@link #resubscribed}. The driver is already busy getting back.
   *
   * @param driver the driver that calls
   * @param reason what happened, for a log
   */
  default void disconnected(SchedulerDriver driver, String reason) {}

  /**
   * The driver has ended and will not try again: the master has removed the framework, another
   * instance has taken over, or the subscription is refused (bad role, bad credentials). Nothing is
   * called after this.
   *
   * @param driver the driver that calls; its calls fail
   * @param message what the master said
   */
  void error(SchedulerDriver driver, String message);
}
