package io.meseta.agent.health;

import io.meseta.agent.container.ContainerExec;
import io.meseta.api.v1.CommandInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** From the command of a check to what is run in the container. Pure. */
final class CheckCommand {

  private CheckCommand() {}

  static ContainerExec.Command of(CommandInfo command) {
    Map<String, String> environment = new TreeMap<>();
    command
        .getEnvironment()
        .getVariablesList()
        .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
    return ContainerExec.Command.of(argv(command), environment);
  }

  private static List<String> argv(CommandInfo command) {
    if (command.getShell()) {
      return List.of("/bin/sh", "-c", command.getValue());
    }
    // As for tasks, the arguments are the whole argv; the first one is the program's own name.
    List<String> arguments = command.getArgumentsList();
    List<String> argv = new ArrayList<>();
    argv.add(command.getValue());
    argv.addAll(arguments.subList(Math.min(1, arguments.size()), arguments.size()));
    return argv;
  }
}
