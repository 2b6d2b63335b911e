package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerRuns;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RunInbox;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.api.v1.TaskInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container from its launch, or its adoption, to its end: straight-line code on a virtual
 * thread of its own. Tells exactly one end, unless it is closed before.
 */
final class ContainerRun implements ContainerRuns.Run {

  /** Is told what becomes of it, in order. Must not block. */
  interface Observer {
    void progressed(ContainerRun run, ContainerPhase phase, String detail);

    void prepared(ContainerRun run);

    void started(ContainerRun run, ContainerFacts facts);

    /** The one end, if it never ran. */
    void launchFailed(ContainerRun run, LaunchFailure failure, Leftovers leftovers);

    /** The one end, if it ran. */
    void exited(ContainerRun run, ContainerExit exit);
  }

  /** Whether the engine may still hold, or make, a container that nobody waits for. */
  enum Leftovers {
    NONE,
    POSSIBLE
  }

  /** Where a run begins. */
  enum Origin {
    LAUNCH,
    ADOPTION
  }

  private static final Logger log = LoggerFactory.getLogger(ContainerRun.class);

  /** The kernel's word on a kill for memory may come just after the end. */
  private static final Duration OOM_WORD = Duration.ofMillis(300);

  private final Engine engine;
  private final NetworkHolders holders;
  private final ContainerSpec spec;
  private final Origin origin;
  private final Observer observer;
  private final String name;
  private final RunInbox inbox = new RunInbox();
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable ContainerLaunch launch;
  private volatile boolean closed;

  ContainerRun(
      Engine engine, NetworkHolders holders, ContainerSpec spec, Origin origin, Observer observer) {
    this.engine = engine;
    this.holders = holders;
    this.spec = spec;
    this.origin = origin;
    this.observer = observer;
    this.name = Labels.engineName(spec.container());
    this.thread = Thread.ofVirtual().name("container-" + spec.container()).unstarted(this::run);
  }

  @Override
  public ContainerSpec spec() {
    return spec;
  }

  @Override
  public void start() {
    switch (origin) {
      case LAUNCH -> holders.enter(spec);
      case ADOPTION -> holders.adopted(spec);
    }
    thread.start();
  }

  /** Any thread: it shall end. */
  @Override
  public void kill(Duration grace) {
    inbox.kill(grace, System.nanoTime());
    ContainerLaunch current = launch;
    if (current != null) {
      current.giveUp();
    }
  }

  /** Any thread: as one of a group that was told to be prepared it may start. */
  void go() {
    ContainerLaunch current = launch;
    if (current != null) {
      current.go();
    }
  }

  /** Any thread: it shall have the limits of this task, once it runs. */
  @Override
  public void resize(TaskInfo task) {
    inbox.resize(task);
  }

  /** Any thread: it may have ended. */
  @Override
  public void lookAgain() {
    inbox.lookAgain();
  }

  /** Any thread: the kernel killed a process of it for memory. */
  void outOfMemory() {
    inbox.outOfMemory();
  }

  /** Stops looking after it; it goes on running. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try {
      untilItsEnd().run();
    } catch (InterruptedException e) {
      log.debug("container {}: not looked after any more", name, e);
    } finally {
      finished.countDown();
    }
  }

  /** Looks after it; what comes back tells the one end. */
  private Runnable untilItsEnd() throws InterruptedException {
    try {
      ContainerFacts facts = origin == Origin.LAUNCH ? launch() : adopt();
      ContainerExit exit = awaitEnd(facts);
      holders.leave(spec, NetworkHolders.Patience.UNTIL_GONE);
      return () -> observer.exited(this, exit);
    } catch (LaunchFailure e) {
      holders.leave(spec, NetworkHolders.Patience.ONE_TRY);
      ContainerLaunch failed = launch;
      boolean leftovers = failed != null && failed.mayHaveLeftovers();
      return () -> observer.launchFailed(this, e, leftovers ? Leftovers.POSSIBLE : Leftovers.NONE);
    } catch (RuntimeException | Error e) {
      return endAfter(e);
    }
  }

  /**
   * A fault of the agent. The task must hear of an end, and not before nothing of the container can
   * run any more: its resources are free then.
   */
  private Runnable endAfter(Throwable fault) throws InterruptedException {
    if (closed) {
      // Whatever it was came of closing, and the container is left to the next agent.
      log.info("container {}: not looked after any more", name, fault);
      throw new InterruptedException("closed");
    }
    log.error("container {}: a fault of the agent; it is removed, and its task fails", name, fault);
    engine.remove(name);
    holders.leave(spec, NetworkHolders.Patience.UNTIL_GONE);
    return () -> observer.exited(this, ContainerExit.ofFault(fault.toString()));
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

  private ContainerFacts launch() throws LaunchFailure, InterruptedException {
    ContainerLaunch current =
        new ContainerLaunch(
            engine,
            holders,
            spec,
            (phase, detail) -> observer.progressed(this, phase, detail),
            () -> observer.prepared(this));
    launch = current;
    if (inbox.killWanted()) {
      current.giveUp();
    }
    ContainerFacts facts;
    try {
      facts = current.run();
    } finally {
      current.finish();
    }
    observer.started(this, engine.withAddresses(facts));
    return facts;
  }

  private ContainerFacts adopt() throws LaunchFailure, InterruptedException {
    ContainerFacts facts = engine.inspect(name);
    switch (facts.status()) {
      case CREATED -> {
        engine.remove(name);
        throw new LaunchFailure(
            ContainerPhase.STARTING, "the agent stopped before the container was started");
      }
      case RUNNING -> observer.started(this, engine.withAddresses(facts));
      case ENDED -> log.info("container {}: ended while no agent looked after it", name);
    }
    return facts;
  }

  private ContainerExit awaitEnd(ContainerFacts facts) throws InterruptedException {
    SandboxId sandboxId =
        new SandboxId(spec.agent(), spec.framework(), spec.executor(), spec.container());
    Path sandbox = engine.sandboxes().path(sandboxId);
    Path positionFile = engine.logPositionFile(spec.container());
    try (LogFollower logs =
        new LogFollower(engine, name, sandbox, positionFile, inbox::lookAgain)) {
      logs.start();
      ContainerFacts end = facts.runs() ? awaitExit(facts) : facts;
      ContainerExit exit = exitOf(end);
      if (!logs.finish(engine.options().limits().logStall())) {
        log.warn("container {}: the last of its output may be missing", name);
      }
      return exit;
    }
  }

  private ContainerFacts awaitExit(ContainerFacts running) throws InterruptedException {
    ContainerKill kill = new ContainerKill(engine.client(), name, running.stopSignal(), inbox);
    ContainerSizing sizing = new ContainerSizing(engine, name, inbox);
    while (true) {
      kill.step();
      sizing.step();
      inbox.await(
          kill.seenDeadlineNanos(), RunInbox.earlier(kill.nextStepNanos(), sizing.nextStepNanos()));
      if (inbox.takeLookAgain()) {
        ContainerFacts now = engine.inspect(name);
        if (!now.runs()) {
          return now;
        }
      }
    }
  }

  private ContainerExit exitOf(ContainerFacts end) throws InterruptedException {
    if (!end.mayHaveRunOutOfMemory() || inbox.killWanted()) {
      return end.exit();
    }
    boolean told = inbox.awaitOutOfMemory(OOM_WORD);
    ContainerExit exit = engine.inspect(name).exit();
    boolean outOfMemory = told || exit.outOfMemory();
    return new ContainerExit(
        end.exit().exitCode(), outOfMemory, end.exit().memoryLimitBytes(), end.exit().detail());
  }
}
