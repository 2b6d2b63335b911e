package io.meseta.agent.container.process;

import io.meseta.agent.container.cgroup.Cgroup;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is left of a container, whatever that is, and removes every trace of it but the
 * sandbox. May be done twice, and at any stage of a container's life.
 */
final class ProcessRemoval {

  private static final Logger log = LoggerFactory.getLogger(ProcessRemoval.class);

  /** In how long a supervisor that has begun comes to start its child, or sees that it must not. */
  private static final Duration SUPERVISOR_LIMIT = Duration.ofSeconds(10);

  private static final Duration KILL_TRY = Duration.ofSeconds(10);
  private static final Duration REMOVE_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final Host host;
  private final ContainerId container;

  ProcessRemoval(Host host, ContainerId container) {
    this.host = host;
    this.container = container;
  }

  void run() throws InterruptedException {
    try {
      // Who has not read it by now does not start anything.
      host.files().deleteStart(container);
      RunState state = host.files().read(container).orElseGet(this::unknown);
      if (state.isOf(host.facts().bootId())) {
        state = awaitSupervisor(state);
        endProcesses(host, container, state);
      }
      removeCgroup(host, container, state);
      awaitSupervisorsEnd(state);
      host.files().delete(container);
    } catch (IOException e) {
      log.error(
          "container {}: what is left of it could not be removed: {}", container, e.toString());
    }
  }

  /** Somebody deleted its file; what is in its control group ends all the same. */
  private RunState unknown() {
    return RunState.parse(RunState.header(host.facts().bootId(), host.cgroups().current()));
  }

  /** One that is between its first word and its child is waited for. */
  private RunState awaitSupervisor(RunState first) throws IOException, InterruptedException {
    RunState state = first;
    long deadline = System.nanoTime() + SUPERVISOR_LIMIT.toNanos();
    while (state.supervisor().isPresent()
        && state.child().isEmpty()
        && state.refusal().isEmpty()
        && !state.ended()
        && state.supervisor().get().isAlive()
        && System.nanoTime() - deadline < 0) {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      state = host.files().read(container).orElse(state);
    }
    return state;
  }

  /** It writes the exit code; who deletes the file before gets it back. */
  private void awaitSupervisorsEnd(RunState state) throws InterruptedException {
    long deadline = System.nanoTime() + SUPERVISOR_LIMIT.toNanos();
    while (state.isOf(host.facts().bootId())
        && state.supervisor().isPresent()
        && state.supervisor().get().isAlive()
        && System.nanoTime() - deadline < 0) {
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  /** Kills until nothing is left: as long as something is, its resources are not free. */
  static void endProcesses(Host host, ContainerId container, RunState state)
      throws InterruptedException {
    Descendants descendants =
        Descendants.of(
            host.cgroups().of(state.cgroupsRoot(), container.value()),
            state.child(),
            container.value());
    while (true) {
      try {
        descendants.killAll(KILL_TRY);
        return;
      } catch (IOException e) {
        log.warn("container {}: {}; it is tried again", container, e.getMessage());
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  static void removeCgroup(Host host, ContainerId container, RunState state)
      throws InterruptedException {
    Optional<Cgroup> cgroup = host.cgroups().of(state.cgroupsRoot(), container.value());
    if (cgroup.isEmpty()) {
      return;
    }
    try {
      cgroup.get().remove(REMOVE_LIMIT);
    } catch (IOException e) {
      log.error(
          "container {}: its control group could not be removed: {}. Remove it by hand",
          container,
          e.toString());
    }
  }
}
