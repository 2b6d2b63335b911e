package io.meseta.agent.container.process;

import com.google.protobuf.ByteString;
import io.meseta.agent.sandbox.UnixUser;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The text by which a shell becomes a task's program. Everything that is the task's is quoted, so
 * that its bytes mean themselves.
 */
final class StartScript {

  private final Tools tools;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  StartScript(Tools tools) {
    this.tools = tools;
  }

  /**
   * Functions for the launcher's script.
   *
   * @param join files to write a 0 to
   * @param user to become
   */
  static byte[] ofTask(Tools tools, ProcessPlan plan, List<Path> join, Optional<UnixUser> user)
      throws RefusedException {
    StartScript script = new StartScript(tools);
    script.add("sandbox=").quoted(plan.sandbox().toString());
    script.add("\njoin() {\n").joining(join, "return 1").add("}\nadjust() {\n");
    OptionalInt score = plan.limits().oomScoreAdj();
    script
        .add(score.isPresent() ? "echo " + score.getAsInt() + " >/proc/self/oom_score_adj" : ":")
        .add("\n}\nrun() {\nexec ");
    script.words(script.way(plan, user, List.of(tools.setsid())));
    script.program(plan.environment(), plan.arguments()).add("\n}\n");
    return script.text.toByteArray();
  }

  /**
   * A whole script that becomes a further command of a container.
   *
   * @param plan of the container, with the command's arguments and environment
   * @param terminal whose file is to be all its streams; empty: it keeps those that it has
   */
  static byte[] ofCommand(
      Tools tools,
      ProcessPlan plan,
      List<Path> join,
      Optional<UnixUser> user,
      Optional<Path> terminal)
      throws RefusedException {
    StartScript script = new StartScript(tools);
    script.add("cd ").quoted(plan.sandbox().toString()).add(" || exit 126\n");
    script.joining(join, "exit 126");
    terminal.ifPresent(file -> script.add("exec <>").quoted(file.toString()).add(" >&0 2>&0\n"));
    List<String> session = new ArrayList<>(List.of(tools.setsid()));
    terminal.ifPresent(file -> session.add("--ctty"));
    script.add("exec ").words(script.way(plan, user, session));
    script.program(plan.environment(), plan.arguments()).add("\n");
    return script.text.toByteArray();
  }

  private StartScript joining(List<Path> files, String otherwise) {
    for (Path file : files) {
      add("echo 0 >").quoted(file.toString()).add(" || " + otherwise + "\n");
    }
    return add(":\n");
  }

  private List<String> way(ProcessPlan plan, Optional<UnixUser> user, List<String> session)
      throws RefusedException {
    List<String> words = new ArrayList<>(session);
    if (!plan.rlimits().isEmpty()) {
      words.add(
          tools
              .prlimit()
              .orElseThrow(
                  () -> new RefusedException("rlimit_info: this machine has no program prlimit")));
      words.addAll(plan.rlimits());
    }
    if (user.isPresent()) {
      words.add(
          tools
              .setpriv()
              .orElseThrow(() ->
                  new RefusedException(
                      "the user cannot be switched: this machine has no program setpriv;"
                          + " --switch_user=false runs tasks as the agent's user")));
      words.add("--reuid=" + user.get().uid());
      words.add("--regid=" + user.get().gid());
      words.add(user.get().listed() ? "--init-groups" : "--clear-groups");
    }
    words.add(tools.env());
    words.add("-i");
    if (tools.resetsSignals()) {
      words.add(Tools.DEFAULT_SIGNALS);
    }
    words.add("--");
    return words;
  }

  private StartScript program(Map<String, ByteString> environment, List<String> arguments) {
    environment.forEach(
        (name, value) -> quoted(ByteString.copyFromUtf8(name + "=").concat(value)).add(" "));
    return words(arguments);
  }

  private StartScript words(List<String> words) {
    words.forEach(word -> quoted(word).add(" "));
    return this;
  }

  private StartScript quoted(String word) {
    return quoted(ByteString.copyFromUtf8(word));
  }

  /** In single quotes every byte but that quote itself means itself. */
  private StartScript quoted(ByteString word) {
    text.write('\'');
    for (int i = 0; i < word.size(); i++) {
      if (word.byteAt(i) == '\'') {
        add("'\\''");
      } else {
        text.write(word.byteAt(i));
      }
    }
    text.write('\'');
    return this;
  }

  private StartScript add(String shell) {
    text.writeBytes(shell.getBytes(StandardCharsets.UTF_8));
    return this;
  }
}
