package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.Terminate;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an agent that its master has marked gone.
 *
 * <p>Every container is ended first, with its own grace period. Only when none is left is the
 * journal emptied and the process told to end: a crash in between finds the record, is refused
 * again and goes on here. The next start is that of a new agent.
 */
final class Retirement {

  private enum Step {
    NOT_BEGUN,
    ENDING_TASKS,
    FORGETTING
  }

  private static final Logger log = LoggerFactory.getLogger(Retirement.class);

  private final CoreContext context;
  private final MasterLink link;
  private final Tasks tasks;
  private final Kills kills;
  private final Executors executors;
  private final ExecutorShutdowns shutdowns;
  private Step step = Step.NOT_BEGUN;
  private String reason = "";

  Retirement(
      CoreContext context,
      MasterLink link,
      Kills kills,
      Tasks tasks,
      Executors executors,
      ExecutorShutdowns shutdowns) {
    this.context = context;
    this.link = link;
    this.tasks = tasks;
    this.kills = kills;
    this.executors = executors;
    this.shutdowns = shutdowns;
  }

  void begin(String why) {
    log.error(
        "The master refuses this agent for good: {}. All tasks are ended, then the agent stops.",
        why);
    reason = why;
    step = Step.ENDING_TASKS;
    link.retire();
    tasks.all().stream().filter(AgentTask::hasOwnContainer).forEach(kills::kill);
    executors.all().forEach(shutdowns::shutDown);
  }

  /** Called after each event. */
  void maybeFinish() {
    if (step == Step.ENDING_TASKS && tasks.allEnded() && executors.isEmpty()) {
      step = Step.FORGETTING;
      tasks.all().forEach(tasks::forget);
      context.journal().deleteAgent();
      context.journal().whenDurable(() -> context.order(new Terminate(reason)));
    }
  }

  Optional<String> reason() {
    return step == Step.NOT_BEGUN ? Optional.empty() : Optional.of(reason);
  }
}
