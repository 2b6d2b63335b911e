package io.meseta.cli;

import io.meseta.cli.daemon.NodeCommand;
import io.meseta.common.config.LayeredDefaults;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The program's entry. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args, System.getenv()));
  }

  /**
   * Runs a command to its end.
   *
   * @return the exit code
   */
  static int run(String[] args, Map<String, String> environment) {
    CommandLine program = commandLine();
    CommandLine command = program;
    int words = 0;
    for (String word : args) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        break;
      }
      command = next;
      words++;
    }
    if (words > 0) {
      List<String> names = List.of(args).subList(0, words);
      List<String> arguments = List.of(args).subList(words, args.length);
      try {
        LayeredDefaults.install(command, String.join("_", names), arguments, environment);
      } catch (ParameterException e) {
        return refuse(e);
      }
    }
    return program.execute(args);
  }

  /** The whole program as picocli sees it; tests walk through it. */
  static CommandLine commandLine() {
    return new CommandLine(new MesetaCommand())
        .addSubcommand(NodeCommand.commandLine())
        .setExecutionExceptionHandler(Failures::report)
        .setParameterExceptionHandler((e, args) -> refuse(e));
  }

  private static int refuse(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("meseta: " + e.getMessage());
    command.getErr().println("\"./" + name + " --help\" shows the options.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
