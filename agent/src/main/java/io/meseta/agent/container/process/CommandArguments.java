package io.meseta.agent.container.process;

import java.util.ArrayList;
import java.util.List;

/**
 * A program and its arguments without a shell, as Mesos has them: the first argument is the name
 * under which the program is to know itself.
 */
final class CommandArguments {

  private CommandArguments() {}

  /** As they are to be run. */
  static List<String> of(String program, List<String> arguments) throws RefusedException {
    if (program.isEmpty()) {
      throw new RefusedException("command.value is empty: there is nothing to run");
    }
    String name = arguments.isEmpty() ? program : arguments.getFirst();
    List<String> words = new ArrayList<>();
    if (!baseName(name).equals(baseName(program)) || program.indexOf('=') >= 0) {
      // Few programs can give another one a name of its own, or one with an equals sign.
      words.addAll(List.of("/bin/bash", "-c", "exec -a \"$0\" \"$@\"", name));
    }
    words.add(program);
    words.addAll(arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size()));
    return List.copyOf(words);
  }

  private static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
