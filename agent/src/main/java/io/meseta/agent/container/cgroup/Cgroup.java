package io.meseta.agent.container.cgroup;

import io.meseta.agent.container.ResourceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The control group of one container, whether it exists or not. Any thread; blocks on the kernel.
 */
public interface Cgroup {

  /** Makes it, without limits; it may exist already. */
  void create() throws IOException;

  /**
   * Sets its limits, at first or again.
   *
   * @param maxProcesses processes and threads at a time
   * @throws IOException if the kernel refuses one, a memory limit below what is in use for example
   */
  void limit(ResourceLimits limits, long maxProcesses) throws IOException;

  /** The files to each of which a process writes a 0 to join. */
  List<Path> joinedBy();

  /** The processes in it, and in those nested in it; none if it does not exist. */
  List<Integer> processes() throws IOException;

  /**
   * Stops all its processes until {@link #thaw}.
   *
   * @return whether they have stopped; if not, within a short time, they go on
   */
  boolean freeze() throws IOException;

  /** Lets its processes go on; without effect on others. */
  void thaw() throws IOException;

  /** How often the kernel killed a process of it for want of memory. */
  long outOfMemoryKills() throws IOException;

  /** Sends SIGTERM to all its processes. */
  void terminateAll() throws IOException;

  /**
   * Kills all its processes, and those that they start meanwhile.
   *
   * @throws IOException if some are still there after this time, which name themselves in the
   *     message: the kernel may have them wait for a device that does not answer
   */
  void killAll(Duration limit) throws IOException, InterruptedException;

  /** Removes it and those nested in it; it may be gone already, and must be empty. */
  void remove(Duration limit) throws IOException, InterruptedException;

  /** One inside of it, under the same limits, that can be ended on its own. */
  Cgroup nested(String name);
}
