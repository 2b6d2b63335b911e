package io.meseta.cli.daemon;

import io.meseta.agent.Agent;
import io.meseta.agent.AgentOptions;
import io.meseta.agent.journal.JournalException;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code meseta agent}. */
@Command(
    name = "agent",
    description = {
      "Run the agent daemon.",
      "It offers what this machine has to the leading master, and runs tasks as containers. They go"
          + " on when it stops, unless --on_stop says otherwise, and are taken over when it starts"
          + " again with the same --work_dir. A second signal ends it at once.%n"
    },
    abbreviateSynopsis = true,
    sortOptions = false)
public final class AgentCommand implements Callable<Integer> {

  @Mixin private AgentOptions options;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws Exception {
    Logging.level(common.loggingLevel());
    Agent agent = start(options.logging(level -> Logging.more(common.loggingLevel(), level)));
    return Foreground.run(agent::stop, agent.failure());
  }

  /** Starts an agent; a journal that cannot be used is something that the operator can mend. */
  static Agent start(AgentOptions options) throws IOException {
    try {
      return Agent.start(options);
    } catch (JournalException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
