package io.meseta.cli.operator;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response.GetAgents;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.console.TextTable;
import io.meseta.common.config.DurationConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meseta agents}. */
@Command(
    name = "agents",
    description = {
      "List the agents, drain them, keep offers off them, give them up.%n",
      "The daemon itself is ./meseta agent.%n"
    },
    synopsisSubcommandLabel = "list|drain|deactivate|reactivate|gone",
    subcommands = {
      AgentsCommand.ListAll.class,
      AgentsCommand.Drain.class,
      AgentsCommand.Deactivate.class,
      AgentsCommand.Reactivate.class,
      AgentsCommand.Gone.class
    },
    footer = {
      "",
      "  ./meseta agents list --master h1:5050",
      "  ./meseta agents drain AGENT --max_grace_period 5mins",
      "  ./meseta agents reactivate AGENT"
    })
public final class AgentsCommand implements Callable<Integer> {

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(), "Say list, drain, deactivate, reactivate or gone");
  }

  /** {@code meseta agents list}. */
  @Command(
      name = "list",
      description = "List the agents that are registered, and those that are awaited.%n",
      sortOptions = false)
  static final class ListAll implements Callable<Integer> {

    @Mixin private MasterCalls master = new MasterCalls();
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
      GetAgents agents = master.read(Call.Type.GET_AGENTS).getGetAgents();
      TextTable table = new TextTable("ID", "HOSTNAME", "STATE", "CPUS", "MEM", "VERSION");
      for (GetAgents.Agent agent : agents.getAgentsList()) {
        table.row(
            agent.getAgentInfo().getId().getValue(),
            agent.getAgentInfo().getHostname(),
            state(agent),
            share("cpus", agent),
            share("mem", agent),
            agent.getVersion());
      }
      for (AgentInfo awaited : agents.getRecoveredAgentsList()) {
        table.row(awaited.getId().getValue(), awaited.getHostname(), "awaited", "-", "-", "-");
      }
      PrintWriter out = spec.commandLine().getOut();
      table.lines(0).forEach(out::println);
      out.flush();
      return 0;
    }

    private static String state(GetAgents.Agent agent) {
      if (agent.hasDrainInfo()) {
        return agent.getDrainInfo().getState().name().toLowerCase(Locale.ROOT);
      }
      if (agent.getDeactivated()) {
        return "deactivated";
      }
      return agent.getActive() ? "active" : "disconnected";
    }

    private static String share(String name, GetAgents.Agent agent) {
      return Amounts.sum(name, agent.getAllocatedResourcesList())
          + "/"
          + Amounts.sum(name, agent.getTotalResourcesList());
    }
  }

  /** Which agent, and whom to ask. */
  static final class Asked {

    @Parameters(index = "0", paramLabel = "AGENT", description = "The agent's id.")
    private String agent = "";

    @Mixin private MasterCalls master = new MasterCalls();

    AgentID agent() {
      return AgentID.newBuilder().setValue(agent).build();
    }

    int change(Call.Builder call) throws IOException, InterruptedException {
      master.change(call);
      return 0;
    }
  }

  /** {@code meseta agents drain}. */
  @Command(
      name = "drain",
      description = {
        "End what runs on an agent and keep offers off it.%n",
        "Tasks are killed with their own grace periods. It stays drained until it is"
            + " reactivated.%n"
      },
      sortOptions = false)
  static final class Drain implements Callable<Integer> {

    @Option(
        names = "--max_grace_period",
        paramLabel = "DURATION",
        converter = DurationConverter.class,
        description = "No task gets more time to end than this; default: what each asks for.")
    private @Nullable Duration maxGracePeriod;

    @Option(names = "--mark_gone", description = "Give the agent up for good when it is drained.")
    private boolean markGone;

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.DRAIN_AGENT);
      call.getDrainAgentBuilder().setAgentId(asked.agent()).setMarkGone(markGone);
      if (maxGracePeriod != null) {
        call.getDrainAgentBuilder()
            .getMaxGracePeriodBuilder()
            .setSeconds(maxGracePeriod.getSeconds())
            .setNanos(maxGracePeriod.getNano());
      }
      return asked.change(call);
    }
  }

  /** {@code meseta agents deactivate}. */
  @Command(
      name = "deactivate",
      description = "Keep offers off an agent; what runs there goes on.%n",
      sortOptions = false)
  static final class Deactivate implements Callable<Integer> {

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.DEACTIVATE_AGENT);
      call.getDeactivateAgentBuilder().setAgentId(asked.agent());
      return asked.change(call);
    }
  }

  /** {@code meseta agents reactivate}. */
  @Command(
      name = "reactivate",
      description = "Offer an agent again that is deactivated, or drained.%n",
      sortOptions = false)
  static final class Reactivate implements Callable<Integer> {

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.REACTIVATE_AGENT);
      call.getReactivateAgentBuilder().setAgentId(asked.agent());
      return asked.change(call);
    }
  }

  /** {@code meseta agents gone}. */
  @Command(
      name = "gone",
      description = {
        "Give an agent up for good.%n",
        "Its tasks are gone, wherever they are, and it is refused if it comes back. Only for an"
            + " agent that is certain not to run any more.%n"
      },
      sortOptions = false)
  static final class Gone implements Callable<Integer> {

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.MARK_AGENT_GONE);
      call.getMarkAgentGoneBuilder().setAgentId(asked.agent());
      return asked.change(call);
    }
  }
}
