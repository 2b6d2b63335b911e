package io.meseta.agent.container.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes of a container that has no control group: those of its session, and those that still
 * have the variable by which it was given its name. One that left its session and changed its
 * environment is not found.
 */
final class SessionMembers implements Descendants {

  private static final Path PROC = Path.of("/proc");
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Optional<ProcessId> child;
  private final String variable;

  /**
   * Finds nothing yet.
   *
   * @param child the first process, which began the session; empty if it never ran
   * @param variable that tells whose a process is
   * @param name as it is in the variable
   */
  SessionMembers(Optional<ProcessId> child, String variable, String name) {
    this.child = child;
    this.variable = variable + "=" + TaskEnvironment.containerName(name) + "\0";
  }

  @Override
  public void terminateAll() throws IOException {
    for (ProcessHandle process : find()) {
      process.destroy();
    }
  }

  @Override
  public void killAll(Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    List<ProcessHandle> left = find();
    while (!left.isEmpty()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new IOException("processes that do not end when killed: " + left);
      }
      left.forEach(ProcessHandle::destroyForcibly);
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      left = find();
    }
  }

  private List<ProcessHandle> find() throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(PROC)) {
      for (Path directory : all.toList()) {
        String name = directory.getFileName().toString();
        if (Character.isDigit(name.charAt(0)) && isMember(Integer.parseInt(name))) {
          // The handle knows when the process was started; whose it is, is asked again behind it.
          ProcessHandle.of(Integer.parseInt(name))
              .filter(handle -> isMember((int) handle.pid()))
              .ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private boolean isMember(int pid) {
    Optional<ProcessId> process = ProcessId.of(pid);
    if (process.isEmpty()) {
      return false;
    }
    // Before its program runs the child is still in the launcher's session.
    return child.filter(first -> isOf(first, process.get())).isPresent() || hasVariable(pid);
  }

  private static boolean isOf(ProcessId first, ProcessId process) {
    if (process.pid() == first.pid()) {
      return process.startTicks() == first.startTicks();
    }
    // A session keeps its number from others; one that is gone may have left it to another.
    return process.session() == first.pid()
        && ProcessId.of(first.pid())
            .filter(now -> now.startTicks() != first.startTicks())
            .isEmpty();
  }

  private boolean hasVariable(int pid) {
    try {
      String environment =
          new String(
              Files.readAllBytes(PROC.resolve(pid + "/environ")), StandardCharsets.ISO_8859_1);
      return environment.startsWith(variable) || environment.contains("\0" + variable);
    } catch (IOException e) {
      // Gone, or another user's.
      return false;
    }
  }
}
