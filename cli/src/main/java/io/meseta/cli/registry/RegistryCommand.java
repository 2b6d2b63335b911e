package io.meseta.cli.registry;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.common.config.FileText;
import io.meseta.common.coordination.ZkOptions;
import io.meseta.common.coordination.ZkUrl;
import io.meseta.master.registry.RegistryBackup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meseta registry}. */
@Command(
    name = "registry",
    description = {
      "Save what the masters keep in ZooKeeper to a file, and bring it back.%n",
      "These are admitted agents, frameworks, weights, quotas and maintenance. Tasks are not among"
          + " them: agents know those.%n"
    },
    synopsisSubcommandLabel = "backup|restore",
    subcommands = {RegistryCommand.Backup.class, RegistryCommand.Restore.class},
    footer = {
      "",
      "  ./meseta registry backup --zk=zk://h1:2181,h2:2181,h3:2181/meseta registry-2026-01-31",
      "  ./meseta registry restore --zk=file:///etc/meseta/zk registry-2026-01-31"
    })
public final class RegistryCommand implements Callable<Integer> {

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help.
  private CommonOptions common;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Say backup or restore");
  }

  /** What both need to know. */
  static final class Place {

    @Option(
        names = "--zk",
        required = true,
        paramLabel = "zk://HOST:PORT,…/PATH",
        description = "The masters' ZooKeeper, as their own --zk has it; file:///FILE as well.")
    private String zk = "";

    @Parameters(index = "0", paramLabel = "FILE", description = "The backup.")
    private Path file = Path.of("");

    RegistryBackup open() {
      return RegistryBackup.open(ZkUrl.parse(FileText.resolve("--zk", zk)), ZkOptions.DEFAULT);
    }
  }

  /** {@code meseta registry backup}. */
  @Command(
      name = "backup",
      description = {
        "Save the registry to a new file; masters work on meanwhile.%n",
        "Any connection to ZooKeeper will do, as everybody may read.%n"
      },
      sortOptions = false)
  static final class Backup implements Callable<Integer> {

    @Mixin private Place place = new Place();
    @Mixin private CommonOptions common;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Logging.level(common.loggingLevel());
      try (RegistryBackup backup = place.open()) {
        say(spec, "Saved to " + place.file + ": ", backup.backup(place.file));
      }
      return 0;
    }
  }

  /** {@code meseta registry restore}. */
  @Command(
      name = "restore",
      description = {
        "Bring the registry back from a file, into an empty one.%n",
        "All masters have to be stopped before; while one leads it is refused.%n"
      },
      sortOptions = false)
  static final class Restore implements Callable<Integer> {

    @Option(
        names = "--force",
        description = "Replace what is there: records that are not in the file are removed.")
    private boolean force;

    @Mixin private Place place = new Place();
    @Mixin private CommonOptions common;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
      Logging.level(common.loggingLevel());
      try (RegistryBackup backup = place.open()) {
        RegistryBackup.Existing existing =
            force ? RegistryBackup.Existing.REPLACE : RegistryBackup.Existing.KEEP;
        say(spec, "Restored from " + place.file + ": ", backup.restore(place.file, existing));
      }
      return 0;
    }
  }

  private static void say(CommandSpec spec, String what, Map<String, Integer> counts) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        what
            + counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", ")));
    out.flush();
  }
}
