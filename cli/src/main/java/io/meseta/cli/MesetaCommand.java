package io.meseta.cli;

import io.meseta.cli.bench.BenchCommand;
import io.meseta.cli.daemon.AgentCommand;
import io.meseta.cli.daemon.MasterCommand;
import io.meseta.cli.demo.DemoCommand;
import io.meseta.cli.dev.DevCommand;
import io.meseta.cli.exec.ExecCommand;
import io.meseta.cli.exec.LogsCommand;
import io.meseta.cli.explain.ExplainCommand;
import io.meseta.cli.operator.AgentsCommand;
import io.meseta.cli.operator.MaintenanceCommand;
import io.meseta.cli.operator.QuotaCommand;
import io.meseta.cli.operator.ResourcesCommand;
import io.meseta.cli.operator.WeightsCommand;
import io.meseta.cli.registry.RegistryCommand;
import io.meseta.cli.replay.ReplayCommand;
import io.meseta.cli.simulate.SimulateCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The root of all commands; {@code ./meseta help} lists them together with the launcher's own. */
@Command(
    name = "meseta",
    description = "A two-level cluster scheduler, wire-compatible with the Mesos v1 API.",
    synopsisSubcommandLabel = "<command>",
    subcommands = {
      DemoCommand.class,
      DevCommand.class,
      BenchCommand.class,
      SimulateCommand.class,
      MasterCommand.class,
      AgentCommand.class,
      ReplayCommand.class,
      RegistryCommand.class,
      AgentsCommand.class,
      MaintenanceCommand.class,
      QuotaCommand.class,
      WeightsCommand.class,
      ResourcesCommand.class,
      ExplainCommand.class,
      ExecCommand.class,
      LogsCommand.class,
      VersionCommand.class,
      HelpCommand.class
    })
final class MesetaCommand {}
