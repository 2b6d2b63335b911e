package io.meseta.agent.container.process;

import io.meseta.agent.container.cgroup.Cgroup;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** All processes of one container. Any thread; blocks. */
interface Descendants {

  /** Sends each SIGTERM. */
  void terminateAll() throws IOException;

  /**
   * Kills all, and those that they start meanwhile.
   *
   * @throws IOException if some are still there after this time
   */
  void killAll(Duration limit) throws IOException, InterruptedException;

  /**
   * Those of a container.
   *
   * @param cgroup knows them all; without it, what can be found
   * @param child the first; empty if it never ran
   */
  static Descendants of(Optional<Cgroup> cgroup, Optional<ProcessId> child, String container) {
    if (cgroup.isPresent()) {
      Cgroup group = cgroup.get();
      return new Descendants() {
        @Override
        public void terminateAll() throws IOException {
          group.terminateAll();
        }

        @Override
        public void killAll(Duration limit) throws IOException, InterruptedException {
          group.killAll(limit);
        }
      };
    }
    return new SessionMembers(child, TaskEnvironment.CONTAINER_NAME, container);
  }
}
