package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.fetch.FetchException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One launch: sandbox ► fetch ► a turn ► create (► pull ► a turn ► create) ► start, on the
 * container's own thread. In a group it waits before the start until it is told to {@link #go}, and
 * takes another turn for that.
 *
 * <p>{@link #giveUp} ends it from outside by interrupting that thread, up to the moment in which
 * the container is told to start: from there on it is killed like any other.
 */
final class ContainerLaunch {

  private static final Logger log = LoggerFactory.getLogger(ContainerLaunch.class);

  private final Engine engine;
  private final ContainerSpec spec;
  private final NetworkHolders holders;
  private final BiConsumer<ContainerPhase, String> progress;
  private final Runnable prepared;
  private final CountDownLatch go = new CountDownLatch(1);
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean startable = true;
  private boolean starting;
  private ContainerPhase phase = ContainerPhase.QUEUED;
  private boolean created;

  /**
   * Made and run by the container's own thread.
   *
   * @param prepared called when one of a group lacks nothing but its start
   */
  ContainerLaunch(
      Engine engine,
      NetworkHolders holders,
      ContainerSpec spec,
      BiConsumer<ContainerPhase, String> progress,
      Runnable prepared) {
    this.engine = engine;
    this.holders = holders;
    this.spec = spec;
    this.progress = progress;
    this.prepared = prepared;
    this.thread = Thread.currentThread();
  }

  /** Any thread: the launch shall not come to its end. */
  void giveUp() {
    lock.lock();
    try {
      if (startable && !starting) {
        startable = false;
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Any thread: as one of a group it may start. */
  void go() {
    go.countDown();
  }

  /**
   * Launches; when this fails, nothing of the container is left that could still run.
   *
   * @return the container as it was right after its start
   * @throws InterruptedException when closing
   */
  ContainerFacts run() throws LaunchFailure, InterruptedException {
    try {
      return launch();
    } catch (InterruptedException e) {
      if (!wasGivenUp()) {
        throw e;
      }
      throw failed("killed during launch", e);
    } catch (EngineException
        | UnsupportedTaskException
        | FetchException
        | IllegalArgumentException e) {
      // The last: an id that cannot name a directory.
      throw failed(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw failed("sandbox: " + e, e);
    } catch (RuntimeException e) {
      throw failed("unexpected: " + e, e);
    }
  }

  private ContainerFacts launch()
      throws EngineException,
          UnsupportedTaskException,
          FetchException,
          IOException,
          InterruptedException {
    enter(ContainerPhase.PREPARING, "");
    LaunchFiles files = new LaunchFiles(engine, spec);
    ContainerSpec whole = files.withVolumes();
    RunConfig config = RunConfigs.of(whole, files.context());
    files.make(config);
    fetch(files);
    // Most launches find their image, so that it is not asked for: the engine says when it is not.
    boolean pulled = config.forcePull();
    if (pulled) {
      pull(config, files);
    }
    if (MesosContainers.isOne(spec.task())) {
      config = withMesosDefaults(config, files);
    }
    holders.require(spec);
    Optional<ContainerFacts> made = create(config, pulled);
    if (made.isEmpty()) {
      pull(config, files);
      made = create(config, true);
    }
    return spec.group().isPresent() ? startWithGroup(config) : made.orElseThrow();
  }

  private ContainerFacts startWithGroup(RunConfig config)
      throws EngineException, InterruptedException {
    prepared.run();
    go.await();
    engine.turns().acquire();
    try {
      return start(config.name());
    } finally {
      engine.turns().release();
    }
  }

  private void fetch(LaunchFiles files) throws FetchException, InterruptedException {
    if (spec.task().getCommand().getUrisCount() > 0) {
      enter(ContainerPhase.FETCHING, "");
      engine
          .fetcher()
          .fetch(
              spec.task().getCommand().getUrisList(),
              files.sandbox(),
              spec.effectiveUser(),
              text -> progress.accept(ContainerPhase.FETCHING, text));
    }
  }

  /** With the user and the directory of Mesos's containers. */
  private RunConfig withMesosDefaults(RunConfig config, LaunchFiles files)
      throws EngineException, UnsupportedTaskException, IOException, InterruptedException {
    Optional<String> ofImage;
    try {
      ofImage =
          engine.withinLimit(
              engine.options().limits().away(),
              () -> engine.client().workingDirectory(config.image()));
    } catch (EngineException e) {
      if (!e.is(EngineException.Kind.NOT_FOUND)) {
        throw e;
      }
      pull(config, files);
      ofImage = engine.client().workingDirectory(config.image());
    }
    Optional<String> sandbox = Optional.of(VolumeMapping.SANDBOX_IN_CONTAINER);
    return config.runBy(userOf(config, files), ofImage.isPresent() ? Optional.empty() : sandbox);
  }

  /**
   * Mesos's tasks run as users of this machine, whom an image need not know: by their numbers.
   * Empty for a user whom only the image knows.
   */
  private Optional<String> userOf(RunConfig config, LaunchFiles files)
      throws IOException, InterruptedException, UnsupportedTaskException {
    Optional<String> numbers = files.owner();
    if (numbers.isEmpty() && config.process().user().isEmpty()) {
      throw new UnsupportedTaskException("this machine has no user '" + spec.effectiveUser() + "'");
    }
    return numbers;
  }

  /**
   * Creates it, and starts it unless it is one of a group, in a turn of its own.
   *
   * @param pulled whether a missing image is a failure
   * @return nothing when the image is missing and has not been pulled
   */
  private Optional<ContainerFacts> create(RunConfig config, boolean pulled)
      throws EngineException, InterruptedException {
    if (!engine.turns().tryAcquire(0, TimeUnit.SECONDS)) {
      enter(ContainerPhase.QUEUED, "");
      engine.turns().acquire();
    }
    try {
      enter(ContainerPhase.CREATING, "");
      engine.withinLimit(engine.options().limits().away(), () -> createOnce(config));
      return Optional.of(
          spec.group().isPresent() ? engine.inspect(config.name()) : start(config.name()));
    } catch (EngineException e) {
      if (pulled
          || phase != ContainerPhase.CREATING
          || !e.is(EngineException.Kind.NOT_FOUND)
          || engine.client().hasImage(config.image())) {
        // It may be a network or a volume's driver that is missing.
        throw e;
      }
      log.debug("container {}: image {} is to be pulled", config.name(), config.image(), e);
      return Optional.empty();
    } finally {
      engine.turns().release();
    }
  }

  private void pull(RunConfig config, LaunchFiles files)
      throws EngineException, UnsupportedTaskException, InterruptedException {
    enter(ContainerPhase.PULLING, "pulling " + config.image());
    engine
        .images()
        .pull(
            config.image(),
            files.authFor(config.image()),
            text -> progress.accept(ContainerPhase.PULLING, text));
  }

  private Boolean createOnce(RunConfig config) throws EngineException, InterruptedException {
    boolean again = created;
    created = true;
    try {
      engine.client().create(config);
    } catch (EngineException e) {
      if (!e.is(EngineException.Kind.CONFLICT)) {
        throw e;
      }
      if (!again) {
        // A taken name is another launch's container, and none of this one's to remove.
        created = false;
        throw e;
      }
      log.info("container {}: a try that got no answer had created it", config.name());
    }
    return Boolean.TRUE;
  }

  private ContainerFacts start(String name) throws EngineException, InterruptedException {
    lock.lockInterruptibly();
    try {
      starting = true;
    } finally {
      lock.unlock();
    }
    enter(ContainerPhase.STARTING, "");
    long deadline = System.nanoTime() + engine.options().limits().away().toNanos();
    while (true) {
      try {
        engine.client().start(name);
        return engine.inspect(name);
      } catch (EngineException e) {
        if (!e.is(EngineException.Kind.CONFLICT) && !engine.isAway(e)) {
          throw e;
        }
        // Nobody knows whether it runs. Nothing is told before the engine has said so.
        ContainerFacts facts = engine.inspect(name);
        if (facts.status() != ContainerFacts.Status.CREATED) {
          return facts;
        }
        if (deadline - System.nanoTime() <= 0) {
          throw e;
        }
        log.info("container {}: it was not started ({}); starting it again", name, e.getMessage());
        Thread.sleep(Backoff.FIRST);
      }
    }
  }

  private void enter(ContainerPhase next, String detail) {
    phase = next;
    progress.accept(next, detail);
  }

  private boolean wasGivenUp() {
    lock.lock();
    try {
      return !startable;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cleans up first. Where the start was told to the engine, only its confirmation counts; before
   * that nothing runs, so an engine that is away is not waited for, and what it may still create is
   * removed by the owner of this launch later.
   */
  private LaunchFailure failed(String reason, Throwable cause) throws InterruptedException {
    String name = Labels.engineName(spec.container());
    if (created && phase == ContainerPhase.STARTING) {
      engine.remove(name);
      created = false;
    } else if (created) {
      removeOnce(name);
    }
    removeSecrets();
    return new LaunchFailure(phase, wasGivenUp() ? "killed during launch" : reason, cause);
  }

  private void removeSecrets() {
    try {
      engine.secrets().remove(spec.container());
    } catch (IOException e) {
      log.warn("container {}: its secrets are not removed yet", spec.container(), e);
    }
  }

  private void removeOnce(String name) throws InterruptedException {
    try {
      engine.client().remove(name);
    } catch (EngineException e) {
      log.info("container {}: not removed yet: {}", name, e.getMessage());
    }
  }

  /** Called last, by the container's own thread: from here on nobody interrupts it any more. */
  void finish() {
    lock.lock();
    try {
      if (!startable && Thread.interrupted()) {
        // The interrupt of giveUp came after the last point that could have seen it.
        startable = false;
      }
      startable = false;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the engine may still hold, or make, a container of this launch, which has failed. */
  boolean mayHaveLeftovers() {
    return created;
  }
}
