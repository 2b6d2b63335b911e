package io.meseta.agent;

import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.LinkState;
import io.meseta.agent.core.TaskView;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until everything on an agent has ended by order, and says how far it is. */
final class Ending {

  private static final Logger log = LoggerFactory.getLogger(Ending.class);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration REPORT = Duration.ofSeconds(2);

  /** So long nobody is there to be told of ends: then the next process tells them. */
  private static final Duration WITHOUT_MASTER = Duration.ofSeconds(15);

  private final AgentLoop loop;
  private final long limitNs;
  private long reportedNs = System.nanoTime();
  private long registeredNs = System.nanoTime();

  private Ending(AgentLoop loop, long limitNs) {
    this.loop = loop;
    this.limitNs = limitNs;
  }

  /**
   * Ends everything, and blocks until that is done, nobody is there to be told of it, or the time
   * is up.
   *
   * @param longestGrace what no task gets more than; empty: each its own
   * @return whether nothing is left
   */
  static boolean end(
      AgentLoop loop,
      Optional<Duration> longestGrace,
      AgentEvent.StopOrdered.Identity identity,
      Duration limit) {
    loop.post(at -> new AgentEvent.StopOrdered(at, longestGrace, identity));
    return new Ending(loop, System.nanoTime() + limit.toNanos()).await();
  }

  private boolean await() {
    try {
      while (true) {
        AgentView view = loop.view();
        long running = view.tasks().stream().filter(task -> !task.ended()).count();
        if (view.link() == LinkState.RETIRED && view.tasks().isEmpty()) {
          return true;
        }
        if (loop.ended().isDone() || isOver(view, running)) {
          log.warn(
              "The agent stops before all has ended: {}. Its next process goes on with that",
              left(view, running));
          return false;
        }
        report(view, running);
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isOver(AgentView view, long running) {
    long now = System.nanoTime();
    if (view.link() == LinkState.REGISTERED || view.link() == LinkState.LEAVING || running > 0) {
      registeredNs = now;
    }
    return now > limitNs || now - registeredNs > WITHOUT_MASTER.toNanos();
  }

  private void report(AgentView view, long running) {
    long now = System.nanoTime();
    if (now - reportedNs >= REPORT.toNanos()) {
      reportedNs = now;
      log.info("Stopping: {}", left(view, running));
    }
  }

  private static String left(AgentView view, long running) {
    int updates = view.tasks().stream().mapToInt(TaskView::unacknowledged).sum();
    return running + " tasks still run, " + updates + " updates wait for their acknowledgement";
  }
}
