package io.meseta.agent.container.process;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerRuns;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.ResourceLimits;
import io.meseta.agent.container.RunInbox;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.container.cgroup.Cgroup;
import io.meseta.api.v1.TaskInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container from its launch, or its adoption, to its end: straight-line code on a virtual
 * thread of its own. Tells exactly one end, unless it is closed before.
 */
final class ProcessRun implements ContainerRuns.Run {

  /** Is told what becomes of it, in order. Must not block. */
  interface Observer {
    void progressed(ProcessRun run, ContainerPhase phase, String detail);

    void prepared(ProcessRun run);

    void started(ProcessRun run, StartedContainer started);

    /** The one end, if it never ran. */
    void launchFailed(ProcessRun run, LaunchFailure failure);

    /** The one end, if it ran. */
    void exited(ProcessRun run, ContainerExit exit);
  }

  /** Where a run begins. */
  enum Origin {
    LAUNCH,
    ADOPTION
  }

  private static final Logger log = LoggerFactory.getLogger(ProcessRun.class);

  private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();

  private final Host host;
  private final ContainerSpec spec;
  private final Origin origin;
  private final Observer observer;
  private final RunInbox inbox = new RunInbox();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable ProcessLaunch launch;
  private volatile @Nullable RunState running;
  private volatile boolean closed;

  // Of the thread only.
  private long killSeen = RunInbox.NEVER;
  private long nextStepNanos = RunInbox.NEVER;
  private boolean asked;

  ProcessRun(Host host, ContainerSpec spec, Origin origin, Observer observer) {
    this.host = host;
    this.spec = spec;
    this.origin = origin;
    this.observer = observer;
    this.thread = Thread.ofVirtual().name("process-" + spec.container()).unstarted(this::run);
  }

  @Override
  public ContainerSpec spec() {
    return spec;
  }

  /** What is known of it while its process runs. */
  Optional<RunState> running() {
    return Optional.ofNullable(running);
  }

  @Override
  public void start() {
    thread.start();
  }

  /** Any thread: it shall end. */
  @Override
  public void kill(Duration grace) {
    inbox.kill(grace, System.nanoTime());
    ProcessLaunch current = launch;
    if (current != null) {
      current.giveUp();
    }
  }

  /** Any thread: as one of a group that was told to be prepared it may start. */
  void go() {
    ProcessLaunch current = launch;
    if (current != null) {
      current.go();
    }
  }

  /** Any thread: its state file may have changed. */
  @Override
  public void lookAgain() {
    inbox.lookAgain();
  }

  /** Any thread: it may use as much as this task now. */
  @Override
  public void resize(TaskInfo sized) {
    inbox.resize(sized);
  }

  /** Stops looking after it; it goes on running. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** Waits until nothing looks after it any more: its end has been told, or it was closed. */
  @Override
  public void awaitFinished() throws InterruptedException {
    finished.await();
  }

  /** As {@link #awaitFinished()}, with a limit. */
  @Override
  public boolean awaitFinished(Duration limit) throws InterruptedException {
    return finished.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void run() {
    try {
      untilItsEnd().run();
    } catch (InterruptedException e) {
      log.debug("container {}: not looked after any more", spec.container(), e);
    } finally {
      host.logs().forget(spec.container());
      finished.countDown();
    }
  }

  /** Looks after it; what comes back tells the one end. */
  private Runnable untilItsEnd() throws InterruptedException {
    try {
      RunState state = origin == Origin.LAUNCH ? launch() : adopt();
      ContainerExit exit = awaitEnd(state);
      return () -> observer.exited(this, exit);
    } catch (LaunchFailure e) {
      return () -> observer.launchFailed(this, e);
    } catch (IOException | RuntimeException | Error e) {
      return endAfter(e);
    }
  }

  /**
   * A fault of the agent. The task must hear of an end, and not before nothing of the container can
   * run any more: its resources are free then.
   */
  private Runnable endAfter(Throwable fault) throws InterruptedException {
    if (closed) {
      log.info("container {}: not looked after any more", spec.container(), fault);
      throw new InterruptedException("closed");
    }
    log.error(
        "container {}: a fault of the agent; it is removed, and its task fails",
        spec.container(),
        fault);
    new ProcessRemoval(host, spec.container()).run();
    return () -> observer.exited(this, ContainerExit.ofFault(fault.toString()));
  }

  private RunState launch() throws LaunchFailure, InterruptedException {
    ProcessLaunch current =
        new ProcessLaunch(
            host,
            spec,
            inbox,
            (phase, detail) -> observer.progressed(this, phase, detail),
            () -> observer.prepared(this));
    launch = current;
    if (inbox.killWanted()) {
      current.giveUp();
    }
    try {
      RunState state = current.run();
      tellStarted(state);
      return state;
    } finally {
      current.finish();
    }
  }

  private void tellStarted(RunState state) {
    running = state;
    observer.started(
        this,
        new StartedContainer(
            OptionalInt.of(state.child().orElseThrow().pid()), List.of(host.options().agentIp())));
    host.logs()
        .watch(
            spec.container(),
            host.sandbox().sandboxes().path(ProcessLaunch.sandboxId(spec)),
            cgroup(state));
  }

  private RunState adopt() throws LaunchFailure, IOException, InterruptedException {
    RunState state = read();
    thaw(state);
    if (state.child().isEmpty() && !state.ended()) {
      new ProcessRemoval(host, spec.container()).run();
      throw new LaunchFailure(
          ContainerPhase.STARTING, "the agent stopped before the process was started");
    }
    if (!state.ended() && !somebodyLives(state)) {
      // It ends at once.
      inbox.lookAgain();
    } else if (!state.ended()) {
      host.files().deleteStart(spec.container());
      tellStarted(state);
    }
    return state;
  }

  /** The agent may have ended while it had stopped the container, to move its output away. */
  private void thaw(RunState state) throws IOException {
    Optional<Cgroup> cgroup = state.isOf(host.facts().bootId()) ? cgroup(state) : Optional.empty();
    if (cgroup.isPresent()) {
      cgroup.get().thaw();
    }
  }

  private RunState read() throws IOException {
    return host.files()
        .read(spec.container())
        .orElseThrow(() -> new IOException("its state file is gone"));
  }

  private Optional<Cgroup> cgroup(RunState state) {
    return host.cgroups().of(state.cgroupsRoot(), spec.container().value());
  }

  private ContainerExit awaitEnd(RunState begun) throws IOException, InterruptedException {
    RunState state = begun;
    boolean mayTell = true;
    while (mayTell && !state.ended()) {
      killStep(state);
      resizeStep(state);
      inbox.await(killSeen, nextStepNanos);
      inbox.takeLookAgain();
      // In this order: the last that a supervisor does before it ends is to write the exit code.
      mayTell = somebodyLives(state);
      state = read();
    }
    running = null;
    return clear(state);
  }

  /** Whether it runs, or its exit code may still come. */
  private boolean somebodyLives(RunState state) {
    return state.isOf(host.facts().bootId())
        && (state.supervisor().filter(ProcessId::isAlive).isPresent()
            || state.child().filter(ProcessId::isAlive).isPresent());
  }

  private void killStep(RunState state) {
    if (!inbox.killWanted()) {
      return;
    }
    killSeen = inbox.killDeadlineNanos();
    long now = System.nanoTime();
    Descendants descendants =
        Descendants.of(cgroup(state), state.child(), spec.container().value());
    try {
      if (killSeen - now <= 0) {
        nextStepNanos = now + RETRY_NANOS;
        log.info("container {}: killed", spec.container());
        descendants.killAll(Duration.ofSeconds(1));
      } else {
        nextStepNanos = killSeen;
        if (!asked) {
          log.info("container {}: asked to end", spec.container());
          descendants.terminateAll();
          asked = true;
        }
      }
    } catch (IOException e) {
      log.warn("container {}: {}; it is tried again", spec.container(), e.getMessage());
      nextStepNanos = Math.min(nextStepNanos, now + RETRY_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void resizeStep(RunState state) {
    Optional<TaskInfo> sized = inbox.takeSized();
    Optional<Cgroup> cgroup = cgroup(state);
    if (sized.isEmpty() || cgroup.isEmpty()) {
      return;
    }
    try {
      ResourceLimits limits = ResourceLimits.of(sized.get(), host.facts().memoryBytes());
      cgroup.get().limit(limits, host.options().maxProcesses());
      log.info("container {}: its limits are now {}", spec.container(), limits);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("container {}: its limits stay as they are: {}", spec.container(), e.toString());
    }
  }

  /** Ends what the first process has left behind, and reads what the kernel knows of its end. */
  private ContainerExit clear(RunState state) throws IOException, InterruptedException {
    if (!state.isOf(host.facts().bootId())) {
      return exit(state, false);
    }
    ProcessRemoval.endProcesses(host, spec.container(), state);
    boolean outOfMemory = state.outOfMemory() || ranOutOfMemory(state);
    if (outOfMemory && !state.outOfMemory()) {
      // The control group is gone before the end is told.
      host.files().append(spec.container(), RunState.OUT_OF_MEMORY);
    }
    ProcessRemoval.removeCgroup(host, spec.container(), state);
    return exit(state, outOfMemory);
  }

  private boolean ranOutOfMemory(RunState state) {
    try {
      Optional<Cgroup> cgroup = cgroup(state);
      return cgroup.isPresent() && cgroup.get().outOfMemoryKills() > 0;
    } catch (IOException e) {
      log.debug("container {}: its control group is gone already", spec.container(), e);
      return false;
    }
  }

  private ContainerExit exit(RunState state, boolean outOfMemory) {
    return new ContainerExit(
        state.exitCode(),
        outOfMemory,
        outOfMemory ? memoryLimit() : OptionalLong.empty(),
        state.ended() ? "" : whyUnknown(state));
  }

  private OptionalLong memoryLimit() {
    try {
      return ResourceLimits.of(spec.task(), host.facts().memoryBytes()).memoryBytes();
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  private String whyUnknown(RunState state) {
    return state.isOf(host.facts().bootId())
        ? "the process that waited for its exit code was killed"
        : "the machine was started again meanwhile";
  }
}
