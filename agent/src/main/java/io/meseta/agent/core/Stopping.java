package io.meseta.agent.core;

import io.meseta.agent.core.AgentEvent.StopOrdered;
import io.meseta.api.link.v1.Drain;
import io.meseta.api.v1.DurationInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of everything on the agent because its process is to stop.
 *
 * <p>No new task is taken, and all are killed. When the last update is acknowledged the agent takes
 * its leave of the master, which then knows at once that it is away; the link is retired after
 * that. Who waits for the end sees it in the view: nothing is left, and the link is retired.
 */
final class Stopping {

  private enum Step {
    NOT_BEGUN,
    ENDING_TASKS,
    LEAVING
  }

  private static final Logger log = LoggerFactory.getLogger(Stopping.class);

  private final CoreContext context;
  private final MasterLink link;
  private final Tasks tasks;
  private final Executors executors;
  private final Draining draining;
  private Step step = Step.NOT_BEGUN;
  private boolean forgetting;

  Stopping(
      CoreContext context, MasterLink link, Tasks tasks, Executors executors, Draining draining) {
    this.context = context;
    this.link = link;
    this.tasks = tasks;
    this.executors = executors;
    this.draining = draining;
  }

  void begin(StopOrdered order) {
    if (step != Step.NOT_BEGUN) {
      return;
    }
    log.info(
        "The agent stops: {} tasks are ended",
        tasks.all().stream().filter(t -> !t.ended()).count());
    step = Step.ENDING_TASKS;
    forgetting = order.identity() == StopOrdered.Identity.FORGET;
    Drain.Builder drain = Drain.newBuilder();
    order
        .longestGrace()
        .ifPresent(grace ->
            drain.setMaxGracePeriod(DurationInfo.newBuilder().setNanoseconds(grace.toNanos())));
    draining.forGood(drain.build());
  }

  /** Called after each event. */
  void maybeFinish() {
    if (step == Step.ENDING_TASKS && tasks.all().isEmpty() && executors.isEmpty()) {
      step = Step.LEAVING;
      if (forgetting) {
        context.journal().deleteAgent();
      }
      context.journal().whenDurable(link::leave);
    }
  }
}
