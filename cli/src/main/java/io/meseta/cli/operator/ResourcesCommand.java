package io.meseta.cli.operator;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.master.Call;
import io.meseta.cli.CommonOptions;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meseta resources}. */
@Command(
    name = "resources",
    description = "Reserve resources of an agent for a role, and give them back.%n",
    synopsisSubcommandLabel = "reserve|unreserve",
    subcommands = {ResourcesCommand.Reserve.class, ResourcesCommand.Unreserve.class},
    footer = {
      "",
      "  ./meseta resources reserve AGENT 'cpus:2;mem:1024' --role db",
      "  ./meseta resources unreserve AGENT 'cpus:2;mem:1024' --role db"
    })
public final class ResourcesCommand implements Callable<Integer> {

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Say reserve or unreserve");
  }

  /** What is reserved, and whom to ask. */
  static final class Asked {

    @Parameters(index = "0", paramLabel = "AGENT", description = "The agent's id.")
    private String agent = "";

    @Parameters(
        index = "1",
        paramLabel = "RESOURCES",
        description = "Such as cpus:2;mem:1024;ports:[31000-31009].")
    private String resources = "";

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        description = "The role that they are reserved for.")
    private String role = "";

    @Option(
        names = "--principal",
        paramLabel = "NAME",
        description = "Who has reserved them; default: nobody in particular.")
    private @Nullable String principal;

    @Mixin private MasterCalls master = new MasterCalls();

    AgentID agent() {
      return AgentID.newBuilder().setValue(agent).build();
    }

    List<Resource> reserved() {
      Resource.ReservationInfo.Builder reservation =
          Resource.ReservationInfo.newBuilder()
              .setType(Resource.ReservationInfo.Type.DYNAMIC)
              .setRole(role);
      if (principal != null) {
        reservation.setPrincipal(principal);
      }
      return Amounts.parse("RESOURCES", resources).stream()
          .map(resource -> resource.toBuilder().addReservations(reservation).build())
          .toList();
    }

    int change(Call.Builder call) throws IOException, InterruptedException {
      master.change(call);
      return 0;
    }
  }

  /** {@code meseta resources reserve}. */
  @Command(
      name = "reserve",
      description = "Reserve what no task uses; offers that hold it are taken back.%n",
      sortOptions = false)
  static final class Reserve implements Callable<Integer> {

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.RESERVE_RESOURCES);
      call.getReserveResourcesBuilder().setAgentId(asked.agent()).addAllResources(asked.reserved());
      return asked.change(call);
    }
  }

  /** {@code meseta resources unreserve}. */
  @Command(
      name = "unreserve",
      description = "Give back what was reserved so, by the same principal.%n",
      sortOptions = false)
  static final class Unreserve implements Callable<Integer> {

    @Mixin private Asked asked = new Asked();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.UNRESERVE_RESOURCES);
      call.getUnreserveResourcesBuilder()
          .setAgentId(asked.agent())
          .addAllResources(asked.reserved());
      return asked.change(call);
    }
  }
}
