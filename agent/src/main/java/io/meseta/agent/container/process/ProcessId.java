package io.meseta.agent.container.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process of this machine, never to be taken for a later one that got its number.
 *
 * @param pid its number
 * @param startTicks when it was started, in ticks since the machine's start
 * @param session the session that it is in
 */
record ProcessId(int pid, long startTicks, int session) {

  private static final Path PROC = Path.of("/proc");

  // What follows the name, which is in parentheses and may hold anything, blanks included.
  private static final int STATE = 0;
  private static final int SESSION = 3;
  private static final int START = 19;

  /** From a line of {@code /proc/PID/stat}; empty if it is none. */
  static Optional<ProcessId> parse(String stat) {
    int open = stat.indexOf(" (");
    int close = stat.lastIndexOf(") ");
    if (open <= 0 || close < open) {
      return Optional.empty();
    }
    String[] fields = stat.substring(close + 2).split(" ", -1);
    if (fields.length <= START) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ProcessId(
              Integer.parseInt(stat.substring(0, open)),
              Long.parseLong(fields[START]),
              Integer.parseInt(fields[SESSION])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The process that has this number now; empty if none has, or it has ended. */
  static Optional<ProcessId> of(int pid) {
    String stat;
    try {
      // As bytes: a name need not be text.
      stat =
          new String(Files.readAllBytes(PROC.resolve(pid + "/stat")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return Optional.empty();
    }
    int close = stat.lastIndexOf(") ");
    boolean ended = close > 0 && "ZX".indexOf(stat.charAt(close + 2 + STATE)) >= 0;
    return ended ? Optional.empty() : parse(stat);
  }

  /** Whether it has not ended. */
  boolean isAlive() {
    return of(pid).filter(now -> now.startTicks == startTicks).isPresent();
  }
}
