package io.meseta.agent;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.core.AgentEvent;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.journal.Journal;
import io.meseta.agent.journal.JournalException;
import io.meseta.agent.journal.JournalSnapshot;
import io.meseta.agent.journal.SqliteJournal;
import io.meseta.agent.sandbox.SandboxGc;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.common.net.HttpClient;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends everything that an earlier process left, under the configuration that it had, and forgets
 * who it was: {@code --recover=cleanup}.
 */
final class Cleanup {

  private static final Logger log = LoggerFactory.getLogger(Cleanup.class);

  private Cleanup() {}

  /**
   * Blocks until that is done; nothing happens where no agent was.
   *
   * @throws IllegalArgumentException if not all has ended within {@code --on_stop_timeout}; the
   *     message says what to do
   */
  static void run(AgentOptions options, ContainerizerFactory containerizers)
      throws IOException, JournalException {
    Journal journal = SqliteJournal.open(SqliteJournal.Options.in(options.workDir));
    JournalSnapshot found;
    try {
      found = journal.recover();
    } catch (JournalException e) {
      journal.close();
      throw e;
    }
    if (found.agent().isEmpty()) {
      journal.close();
      return;
    }
    log.info(
        "Agent {} and its {} tasks are ended, then another one starts",
        found.agent().get().getInfo().getId().getValue(),
        found.tasks().size());
    AgentSettings settings =
        Agent.settings(options, found.agent().get().getInfo().toBuilder().clearId().build());
    Containerizer containerizer = containerizers.make(options, Fetcher.refusing());
    try (Security security = Security.open(options.security);
        HttpClient client = security.newClient();
        SandboxGc gc = SandboxGc.start(options.disk.gcOptions(options.workDir), Optional::empty);
        AgentLoop loop =
            new AgentLoop(
                settings,
                AgentLoop.Recording.none(),
                journal,
                containerizer,
                ContainerExec.refusing("everything on this agent is being ended"),
                new AgentLoop.Peers(security.access(client), security.executors()),
                new Volumes(options.workDir, Runnable::run),
                gc)) {
      loop.start(Agent.bootId());
      end(options, loop);
    }
  }

  private static void end(AgentOptions options, AgentLoop loop) {
    LeaderSource leaders =
        LeaderSource.start(
            options.requiredMaster(),
            options.zkOptions(),
            leader -> loop.post(at -> new AgentEvent.LeaderChanged(at, leader)));
    try {
      boolean done =
          Ending.end(
              loop,
              Optional.empty(),
              AgentEvent.StopOrdered.Identity.FORGET,
              options.inventory.onStopTimeout());
      if (!done) {
        throw new IllegalArgumentException(
            "--recover=cleanup: not everything has ended within --on_stop_timeout, or no master"
                + " was there to be told of it; the log says what is left. Start again to go on");
      }
    } finally {
      leaders.close();
    }
  }
}
