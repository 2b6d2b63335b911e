package io.meseta.cli;

import io.meseta.common.runtime.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what somebody who helps with a problem asks for first. */
@Command(name = "version", description = "Print the version of Meseta, Java and the system.")
final class VersionCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine()
        .getOut()
        .printf(
            "meseta %s%njava %s (%s)%n%s %s %s%n",
            Version.current(),
            Runtime.version(),
            System.getProperty("java.vendor"),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("os.arch"));
    return 0;
  }
}
