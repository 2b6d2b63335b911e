package io.meseta.cli.operator;

import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.console.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meseta quota}. */
@Command(
    name = "quota",
    description = "Say what a role is sure to get, and what it gets at most.%n",
    synopsisSubcommandLabel = "list|set",
    subcommands = {QuotaCommand.ListAll.class, QuotaCommand.SetOne.class},
    footer = {
      "",
      "  ./meseta quota list",
      "  ./meseta quota set web --guarantee 'cpus:4;mem:8192' --limit 'cpus:16'",
      "  ./meseta quota set web"
    })
public final class QuotaCommand implements Callable<Integer> {

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Say list or set");
  }

  /** {@code meseta quota list}. */
  @Command(name = "list", description = "List the roles with a quota.%n", sortOptions = false)
  static final class ListAll implements Callable<Integer> {

    @Mixin private MasterCalls master = new MasterCalls();
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
      TextTable table = new TextTable("ROLE", "GUARANTEE", "LIMIT");
      for (QuotaConfig quota :
          master.read(Call.Type.GET_QUOTA).getGetQuota().getStatus().getConfigsList()) {
        table.row(
            quota.getRole(),
            Amounts.print(quota.getGuaranteesMap()),
            Amounts.print(quota.getLimitsMap()));
      }
      PrintWriter out = spec.commandLine().getOut();
      table.lines(0).forEach(out::println);
      out.flush();
      return 0;
    }
  }

  /** {@code meseta quota set}. */
  @Command(
      name = "set",
      description = "Give a role a quota in place of the one it has; without amounts, none.%n",
      sortOptions = false)
  static final class SetOne implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "ROLE", description = "The role.")
    private String role = "";

    @Option(
        names = "--guarantee",
        paramLabel = "AMOUNTS",
        defaultValue = "",
        description = "Kept free for the role, such as cpus:4;mem:8192; default: nothing.")
    private String guarantee = "";

    @Option(
        names = "--limit",
        paramLabel = "AMOUNTS",
        defaultValue = "",
        description = "Not exceeded by the role; default: what is not named has no limit.")
    private String limit = "";

    @Option(
        names = "--force",
        description = "Even if the cluster cannot keep the guarantee now, or the role has more.")
    private boolean force;

    @Mixin private MasterCalls master = new MasterCalls();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_QUOTA);
      call.getUpdateQuotaBuilder()
          .setForce(force)
          .addQuotaConfigs(
              QuotaConfig.newBuilder()
                  .setRole(role)
                  .putAllGuarantees(Amounts.numbers("--guarantee", guarantee))
                  .putAllLimits(Amounts.numbers("--limit", limit)));
      master.change(call);
      return 0;
    }
  }
}
