package io.meseta.agent.session;

import io.meseta.agent.container.ContainerExec.Command;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import io.meseta.agent.http.CallRefusedException;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Environment;
import io.meseta.api.v1.TTYInfo;
import io.meseta.api.v1.agent.Call.LaunchNestedContainerSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client wants to run, as the container is told it. */
final class Commands {

  private static final TerminalSize USUAL_SIZE = new TerminalSize(80, 24);
  private static final int MAX_SIZE = 65_535;

  private Commands() {}

  /**
   * The command of a session.
   *
   * @throws CallRefusedException if something is asked for that a session cannot have
   */
  static Command of(LaunchNestedContainerSession call) {
    if (!call.hasCommand()) {
      throw refused("'launch_nested_container_session.command' is needed: there is no default");
    }
    CommandInfo command = call.getCommand();
    if (command.getUrisCount() > 0) {
      throw refused("a session runs what is in the container: it fetches no 'command.uris'");
    }
    return new Command(
        argv(command),
        environment(command.getEnvironment()),
        command.hasUser() ? Optional.of(command.getUser()) : Optional.empty(),
        call.hasContainer() ? terminal(call.getContainer()) : Optional.empty());
  }

  /** As a task's: {@code arguments} are the whole argv, the program's own name included. */
  private static List<String> argv(CommandInfo command) {
    if (!command.hasValue() || command.getValue().isEmpty()) {
      throw refused("'command.value' is needed: the program, or the shell's command line");
    }
    List<String> argv = new ArrayList<>();
    if (command.getShell()) {
      argv.addAll(List.of("/bin/sh", "-c", command.getValue()));
    } else {
      argv.add(command.getValue());
      argv.addAll(command.getArgumentsList().stream().skip(1).toList());
    }
    if (argv.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw refused("'command' contains a zero byte");
    }
    return argv;
  }

  private static Map<String, String> environment(Environment environment) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Environment.Variable variable : environment.getVariablesList()) {
      String name = variable.getName();
      if (variable.getType() != Environment.Variable.Type.VALUE || !variable.hasValue()) {
        throw refused("the variable '" + name + "' has no value: a session knows no secrets");
      }
      if (name.isEmpty() || name.indexOf('=') >= 0 || hasZero(name + variable.getValue())) {
        throw refused("a name of a variable is empty or has a '=' in it, or there is a zero byte");
      }
      variables.put(name, variable.getValue());
    }
    return variables;
  }

  private static boolean hasZero(String text) {
    return text.indexOf('\0') >= 0;
  }

  private static Optional<TerminalSize> terminal(ContainerInfo container) {
    if (container.hasDocker()
        || container.hasMesos()
        || container.getVolumesCount() > 0
        || container.getNetworkInfosCount() > 0
        || container.hasHostname()) {
      throw refused(
          "a session runs in its parent's container: of 'container' only 'tty_info' can be given");
    }
    if (!container.hasTtyInfo()) {
      return Optional.empty();
    }
    return Optional.of(size(container.getTtyInfo()).orElse(USUAL_SIZE));
  }

  /** Empty if there is none, or a size of nothing, which clients send to make programs redraw. */
  static Optional<TerminalSize> size(TTYInfo terminal) {
    if (!terminal.hasWindowSize()) {
      return Optional.empty();
    }
    int columns = terminal.getWindowSize().getColumns();
    int rows = terminal.getWindowSize().getRows();
    boolean usable = columns > 0 && columns <= MAX_SIZE && rows > 0 && rows <= MAX_SIZE;
    return usable ? Optional.of(new TerminalSize(columns, rows)) : Optional.empty();
  }

  private static CallRefusedException refused(String reason) {
    return new CallRefusedException(400, reason);
  }
}
