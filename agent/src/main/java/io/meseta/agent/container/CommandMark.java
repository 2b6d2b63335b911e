package io.meseta.agent.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mark of a command inside a container: a variable that its processes hand on to whatever they
 * start. It tells of which agent the command is, so that the agent's next run finds those that a
 * crash has left without a client.
 */
public final class CommandMark {

  /** The variable's name. */
  public static final String VARIABLE = "MESETA_SESSION_ID";

  private static final Logger log = LoggerFactory.getLogger(CommandMark.class);
  private static final Path PROC = Path.of("/proc");

  private CommandMark() {}

  /** The value of a new mark, of the agent with this work directory. */
  public static String fresh(Path workDir) {
    return agent(workDir) + "." + UUID.randomUUID();
  }

  private static String agent(Path workDir) {
    return UUID.nameUUIDFromBytes(
            workDir.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /**
   * Kills the processes of all commands of this agent. To be called before it runs any, and while
   * no other agent has the directory. Those of other users are left alone by an agent that is not
   * root.
   */
  public static void endAbandoned(Path workDir) {
    String start = "\0" + VARIABLE + "=" + agent(workDir) + ".";
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      List<ProcessHandle> abandoned = all.filter(process -> isMarked(process, start)).toList();
      abandoned.forEach(ProcessHandle::destroyForcibly);
      if (!abandoned.isEmpty()) {
        log.info(
            "{} processes of commands inside containers were left by an earlier run: killed",
            abandoned.size());
      }
    }
  }

  private static boolean isMarked(ProcessHandle process, String start) {
    try {
      byte[] environment = Files.readAllBytes(PROC.resolve(process.pid() + "/environ"));
      return ("\0" + new String(environment, StandardCharsets.ISO_8859_1)).contains(start);
    } catch (IOException e) {
      // It has ended, or belongs to somebody else.
      return false;
    }
  }
}
