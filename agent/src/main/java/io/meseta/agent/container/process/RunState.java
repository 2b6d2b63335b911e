package io.meseta.agent.container.process;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a container so far, as its state file says: the agent writes the first lines,
 * the supervisor the others.
 *
 * @param bootId of the machine's start since which it may run
 * @param cgroupsRoot below which its control group is; empty: it has none
 * @param supervisor present once somebody looks after its launch
 * @param child its first process, present once that was about to run
 * @param refusal why it could not be started
 * @param exitCode 128 + n for signal n
 * @param outOfMemory the kernel killed something of it for memory
 */
record RunState(
    String bootId,
    String cgroupsRoot,
    Optional<ProcessId> supervisor,
    Optional<ProcessId> child,
    Optional<String> refusal,
    OptionalInt exitCode,
    boolean outOfMemory) {

  static final String BOOT = "boot";
  static final String CGROUPS = "cgroups";
  static final String OUT_OF_MEMORY = "oom";

  /** A line that has not been written to its end does not count yet. */
  static RunState parse(String text) {
    Reader reader = new Reader();
    text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(reader::line);
    return reader.state();
  }

  /** What the agent writes before anything else. */
  static String header(String bootId, String cgroupsRoot) {
    return String.join("\n", List.of(BOOT + " " + bootId, CGROUPS + " " + cgroupsRoot, ""));
  }

  boolean ended() {
    return exitCode.isPresent();
  }

  /** Whether something of it may run: not if the machine was started again since. */
  boolean isOf(String currentBootId) {
    return bootId.equals(currentBootId);
  }

  private static final class Reader {
    private String bootId = "";
    private String cgroupsRoot = "";
    private @Nullable ProcessId supervisor;
    private @Nullable ProcessId child;
    private @Nullable String refusal;
    private OptionalInt exitCode = OptionalInt.empty();
    private boolean outOfMemory;

    void line(String line) {
      int blank = line.indexOf(' ');
      String what = blank < 0 ? line : line.substring(0, blank);
      String rest = blank < 0 ? "" : line.substring(blank + 1);
      switch (what) {
        case BOOT -> bootId = rest;
        case CGROUPS -> cgroupsRoot = rest;
        case "supervisor" -> supervisor = ProcessId.parse(rest).orElse(null);
        case "child" -> child = ProcessId.parse(rest).orElse(null);
        case "refused" -> refusal = rest;
        case "exited" -> exitCode = code(rest);
        case OUT_OF_MEMORY -> outOfMemory = true;
        default -> {
          // What a later version may write is of no use to this one.
        }
      }
    }

    private static OptionalInt code(String text) {
      return text.matches("[0-9]{1,3}")
          ? OptionalInt.of(Integer.parseInt(text))
          : OptionalInt.empty();
    }

    RunState state() {
      return new RunState(
          bootId,
          cgroupsRoot,
          Optional.ofNullable(supervisor),
          Optional.ofNullable(child),
          Optional.ofNullable(refusal),
          exitCode,
          outOfMemory);
    }
  }
}
