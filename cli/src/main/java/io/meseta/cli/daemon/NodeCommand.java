package io.meseta.cli.daemon;

import io.meseta.agent.Agent;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.master.Master;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meseta node}. */
@Command(
    name = "node",
    description = {
      "Run the master and the agent in one process.",
      "The options are those of both; --ip and --hostname mean both, the ports are --master_port and"
          + " --agent_port. Without --master the agent looks for the leader at --zk, or at the"
          + " ZooKeeper of --embedded_zk.%n"
    },
    abbreviateSynopsis = true,
    sortOptions = false)
public final class NodeCommand implements Callable<Integer> {

  @Option(names = "--no-master", description = "Do not run a master here.")
  private boolean noMaster;

  @Option(names = "--no-agent", description = "Do not run an agent here.")
  private boolean noAgent;

  @Mixin private CommonOptions common;

  private final NodeOptions options = new NodeOptions();
  @Spec private CommandSpec spec;

  private NodeCommand() {}

  /** The command, with the options of both roles, which no annotation can put together. */
  public static CommandLine commandLine() {
    NodeCommand command = new NodeCommand();
    CommandLine line = new CommandLine(command);
    command.options.addTo(line.getCommandSpec());
    return line;
  }

  @Override
  public Integer call() throws Exception {
    Logging.level(common.loggingLevel());
    String zk = value("--zk");
    if (noMaster && noAgent) {
      throw new ParameterException(
          spec.commandLine(), "With --no-master and --no-agent there is nothing to run");
    }
    if (!noMaster) {
      options
          .master()
          .problem()
          .ifPresent(problem -> {
            throw new ParameterException(spec.commandLine(), problem);
          });
      options.master().writtenLogFile().ifPresent(Logging::alsoToFile);
    }
    boolean embedded = !noMaster && options.master().hasEmbeddedZk();
    if (!noAgent && !embedded && value("--master").isEmpty()) {
      if (zk.isEmpty()) {
        throw new ParameterException(spec.commandLine(), "An agent needs --zk or --master");
      }
      options.agent().master(zk);
    }
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    CompletableFuture<String> failure = start(parts);
    return Foreground.run(() -> closeAll(parts), failure);
  }

  private CompletableFuture<String> start(Deque<AutoCloseable> parts) throws Exception {
    try {
      if (!noMaster) {
        Master master =
            Master.start(
                options.master().logging(level -> Logging.more(common.loggingLevel(), level)));
        parts.push(master);
        if (value("--master").isEmpty()) {
          master.embeddedZk().ifPresent(options.agent()::master);
        }
      }
      if (noAgent) {
        return new CompletableFuture<>();
      }
      Agent agent =
          AgentCommand.start(
              options.agent().logging(level -> Logging.more(common.loggingLevel(), level)));
      parts.push(agent::stop);
      return agent.failure();
    } catch (Exception e) {
      closeAll(parts);
      throw e;
    }
  }

  /** The last one started first, so that the agent does not see its master go. */
  private static void closeAll(Deque<AutoCloseable> parts) throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  private String value(String option) {
    Object value = spec.findOption(option).getValue();
    return value == null ? "" : value.toString();
  }
}
