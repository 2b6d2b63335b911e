package io.meseta.cli.daemon;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meseta master}. */
@Command(
    name = "master",
    description = {
      "Run the master daemon.",
      "Several of them with the same --zk elect a leader; the others stand by. To try it on one"
          + " machine, --embedded_zk needs nothing else.%n"
    },
    abbreviateSynopsis = true,
    sortOptions = false)
public final class MasterCommand implements Callable<Integer> {

  @Mixin private MasterOptions options;
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    options
        .problem()
        .ifPresent(problem -> {
          throw new ParameterException(spec.commandLine(), problem);
        });
    Logging.level(common.loggingLevel());
    options.writtenLogFile().ifPresent(Logging::alsoToFile);
    Master master =
        Master.start(options.logging(level -> Logging.more(common.loggingLevel(), level)));
    return Foreground.run(master, new CompletableFuture<>());
  }
}
