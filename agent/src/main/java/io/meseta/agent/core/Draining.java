package io.meseta.agent.core;

import io.meseta.api.link.v1.Drain;
import io.meseta.api.v1.DrainConfig;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends all tasks because an operator wants the agent empty, and takes no new ones meanwhile.
 *
 * <p>Whether the agent is drained is the master's to know: each registration says so again, or ends
 * it. Only the kills are written down here, with their reason, as a restarted agent goes on with
 * them before it has found a master.
 */
final class Draining {

  private static final Logger log = LoggerFactory.getLogger(Draining.class);

  private final Turn turn;
  private final Tasks tasks;
  private final Kills kills;
  private final Executors executors;
  private final ExecutorShutdowns shutdowns;
  private Optional<DrainView> drain = Optional.empty();
  private boolean forGood;

  Draining(Turn turn, Tasks tasks, Kills kills, Executors executors, ExecutorShutdowns shutdowns) {
    this.turn = turn;
    this.tasks = tasks;
    this.kills = kills;
    this.executors = executors;
    this.shutdowns = shutdowns;
  }

  /** Begins, or goes on with other settings. */
  void begin(Drain order) {
    log.info(
        "The agent is drained: {} tasks are ended, {}",
        tasks.all().stream().filter(task -> !task.ended()).count(),
        longestGrace(order)
            .map(grace -> "within " + grace.toSeconds() + " s")
            .orElse("each in its own grace period"));
    drain =
        Optional.of(new DrainView(config(order), drain.map(DrainView::since).orElse(turn.now())));
    tasks.all().forEach(task -> kills.drain(task, order));
    executors.all().forEach(executor -> shutdowns.drain(executor, order));
  }

  /** The process stops after this: no master can end it. */
  void forGood(Drain order) {
    forGood = true;
    tasks.all().forEach(task -> kills.drain(task, order));
    executors.all().forEach(executor -> shutdowns.drain(executor, order));
  }

  private static DrainConfig config(Drain order) {
    DrainConfig.Builder config = DrainConfig.newBuilder().setMarkGone(order.getMarkGone());
    if (order.hasMaxGracePeriod()) {
      config.setMaxGracePeriod(order.getMaxGracePeriod());
    }
    return config.build();
  }

  /** What no task gets more than; empty if each gets its own. */
  static Optional<Duration> longestGrace(Drain order) {
    return order.hasMaxGracePeriod()
        ? Optional.of(Nanos.toDuration(order.getMaxGracePeriod()))
        : Optional.empty();
  }

  /** New tasks are welcome again; those that are being ended still end. */
  void stop() {
    if (drain.isPresent()) {
      log.info("The agent is drained no more");
      drain = Optional.empty();
    }
    // Also what an earlier run of the agent was told to drain.
    tasks.all().forEach(kills::stopDraining);
    executors.all().forEach(shutdowns::stopDraining);
  }

  boolean isUnderWay() {
    return forGood || drain.isPresent();
  }

  Optional<DrainView> view() {
    return drain;
  }
}
