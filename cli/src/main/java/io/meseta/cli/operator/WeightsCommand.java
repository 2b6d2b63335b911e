package io.meseta.cli.operator;

import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.master.Call;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.console.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meseta weights}. */
@Command(
    name = "weights",
    description = "Say how much a role gets in comparison with others.%n",
    synopsisSubcommandLabel = "list|set",
    subcommands = {WeightsCommand.ListAll.class, WeightsCommand.SetSome.class},
    footer = {"", "  ./meseta weights list", "  ./meseta weights set web=2.5 batch=0.5"})
public final class WeightsCommand implements Callable<Integer> {

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Say list or set");
  }

  /** {@code meseta weights list}. */
  @Command(
      name = "list",
      description = "List the roles with another weight than 1.%n",
      sortOptions = false)
  static final class ListAll implements Callable<Integer> {

    @Mixin private MasterCalls master = new MasterCalls();
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
      TextTable table = new TextTable("ROLE", "WEIGHT");
      for (WeightInfo weight :
          master.read(Call.Type.GET_WEIGHTS).getGetWeights().getWeightInfosList()) {
        table.row(weight.getRole(), Amounts.number(weight.getWeight()));
      }
      PrintWriter out = spec.commandLine().getOut();
      table.lines(0).forEach(out::println);
      out.flush();
      return 0;
    }
  }

  /** {@code meseta weights set}. */
  @Command(
      name = "set",
      description = "Give roles other weights; those that are not named keep theirs.%n",
      sortOptions = false)
  static final class SetSome implements Callable<Integer> {

    @Parameters(
        arity = "1..*",
        paramLabel = "ROLE=WEIGHT",
        description = "Roles and their weights, above 0.")
    private Map<String, Double> weights = new LinkedHashMap<>();

    @Mixin private MasterCalls master = new MasterCalls();

    @Override
    public Integer call() throws IOException, InterruptedException {
      Call.Builder call = Call.newBuilder().setType(Call.Type.UPDATE_WEIGHTS);
      weights.forEach((role, weight) ->
          call.getUpdateWeightsBuilder()
              .addWeightInfos(WeightInfo.newBuilder().setRole(role).setWeight(weight)));
      master.change(call);
      return 0;
    }
  }
}
