package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers of a Docker engine. See the package's page for how it works.
 *
 * <p>The listener is called by the containers' own threads, and by those that watch the engine.
 */
public final class DockerContainerizer implements Containerizer, ContainerExec {

  private static final Logger log = LoggerFactory.getLogger(DockerContainerizer.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  /** For how many listings without it a container is looked out for that an engine may yet make. */
  private static final int ABANDONED_LISTINGS = 40;

  private final Map<ContainerId, ContainerRun> runs = new ConcurrentHashMap<>();
  private final Map<ContainerId, Integer> abandoned = new ConcurrentHashMap<>();
  private final Set<ContainerId> removing = ConcurrentHashMap.newKeySet();
  private final ExecutorService background =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("containerizer-", 0).factory());
  private final Engine engine;
  private final NetworkHolders holders;
  private final EngineWatch watch;
  private volatile @Nullable Listener listener;
  private volatile boolean closed;

  /** Without a fetcher: tasks with URIs are refused. */
  public DockerContainerizer(DockerOptions options) {
    this(options, Fetcher.refusing());
  }

  /**
   * Connects to nothing before {@link #start}.
   *
   * @param fetcher brings the URIs of tasks into their sandboxes
   */
  public DockerContainerizer(DockerOptions options, Fetcher fetcher) {
    EngineHealth health =
        new EngineHealth(
            (healthy, detail) -> tell(listener -> listener.engineHealth(healthy, detail)));
    EngineClient client = new EngineClient(options, health);
    this.engine =
        new Engine(
            client,
            health,
            new ImagePulls(client, health, options.pulls()),
            fetcher,
            new Sandboxes(options.workDir()),
            new SecretFiles(options.workDir()),
            new DiskQuota(options.containers().enforceDiskQuota()),
            new Semaphore(options.containers().concurrentLaunches(), true),
            hostMemoryBytes(),
            options);
    this.holders = new NetworkHolders(engine);
    this.watch =
        new EngineWatch(
            client, health, options.limits().listInterval(), Clock.systemUTC(), new Watched());
  }

  @Override
  public void start(Listener newListener) {
    listener = newListener;
    watch.start();
  }

  @Override
  public void observe(AgentId agent) {
    inBackground(() -> {
      List<ContainerId> withSecrets = engine.secrets().containers();
      List<ObservedContainer> observed = new ArrayList<>();
      List<EngineClient.ListedContainer> found = engine.list(agent);
      // Before the answer: with a task that the agent then tells to be over, its ports are free.
      holders.sweep(agent, found);
      for (EngineClient.ListedContainer listed : found) {
        ContainerFacts facts = engine.inspect(listed.engineId());
        if (facts.runs()) {
          facts = engine.withAddresses(facts);
        }
        observed.add(
            new ObservedContainer(
                listed.container(),
                facts.runs() ? Optional.of(facts.started()) : Optional.empty(),
                facts.status() == ContainerFacts.Status.ENDED
                    ? Optional.of(facts.exit())
                    : Optional.empty()));
      }
      tell(told -> told.observed(List.copyOf(observed)));
      removeOrphanedSecrets(withSecrets, observed);
    });
  }

  /**
   * Those of launches that ended with an earlier agent; found before the containers were listed.
   */
  private void removeOrphanedSecrets(List<ContainerId> found, List<ObservedContainer> observed)
      throws IOException {
    for (ContainerId container : found) {
      boolean exists = observed.stream().anyMatch(each -> each.container().equals(container));
      if (!exists && !runs.containsKey(container)) {
        engine.secrets().remove(container);
      }
    }
  }

  @Override
  public void launch(ContainerSpec spec) {
    begin(spec, ContainerRun.Origin.LAUNCH);
  }

  @Override
  public void adopt(ContainerSpec spec) {
    begin(spec, ContainerRun.Origin.ADOPTION);
  }

  private void begin(ContainerSpec spec, ContainerRun.Origin origin) {
    ContainerRun run = new ContainerRun(engine, holders, spec, origin, new Told());
    if (closed || runs.putIfAbsent(spec.container(), run) != null) {
      log.warn("container {}: not begun, as it has been already", spec.container());
      return;
    }
    run.start();
  }

  @Override
  public void go(ContainerId container) {
    ContainerRun run = runs.get(container);
    if (run != null) {
      run.go();
    }
  }

  @Override
  public void kill(ContainerId container, Duration grace) {
    ContainerRun run = runs.get(container);
    if (run != null) {
      run.kill(grace);
    }
  }

  /** As soon as the engine takes them; one that is being launched gets them after its start. */
  @Override
  public void update(ContainerId container, TaskInfo sized) {
    ContainerRun run = runs.get(container);
    if (run != null) {
      run.size(sized);
    }
  }

  @Override
  public void remove(ContainerId container) {
    if (!removing.add(container)) {
      return;
    }
    inBackground(() -> {
      try {
        ContainerRun run = runs.get(container);
        if (run != null) {
          run.kill(Duration.ZERO);
          run.awaitFinished();
        }
        engine.remove(Labels.engineName(container));
        engine.secrets().remove(container);
        Files.deleteIfExists(engine.logPositionFile(container));
      } finally {
        removing.remove(container);
      }
    });
  }

  @Override
  public ContainerExec.Session exec(ContainerId container, Command command, Output output)
      throws IOException, InterruptedException {
    return new DockerExec(engine).exec(container, command, output);
  }

  @Override
  public void close() {
    closed = true;
    watch.close();
    background.shutdownNow();
    List<ContainerRun> open = List.copyOf(runs.values());
    open.forEach(ContainerRun::close);
    try {
      for (ContainerRun run : open) {
        if (!run.awaitFinished(CLOSE_LIMIT)) {
          log.warn("container {}: still looked after", run.spec().container());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    engine.client().close();
  }

  /** Work that waits for the engine. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void inBackground(Work work) {
    try {
      background.execute(() -> {
        try {
          work.run();
        } catch (InterruptedException e) {
          log.debug("given up, as the containerizer is closed", e);
        } catch (IOException | RuntimeException e) {
          log.error("work for the container engine failed", e);
        }
      });
    } catch (RejectedExecutionException e) {
      log.debug("not done, as the containerizer is closed", e);
    }
  }

  private void tell(Consumer<Listener> event) {
    if (closed) {
      return;
    }
    try {
      event.accept(Objects.requireNonNull(listener, "start comes first"));
    } catch (RuntimeException e) {
      log.error("the listener of container events failed", e);
    }
  }

  private static long hostMemoryBytes() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  /** What runs tell. A run is forgotten before its end is told, so that the end is the last. */
  private final class Told implements ContainerRun.Observer {

    @Override
    public void progressed(ContainerRun run, ContainerPhase phase, String detail) {
      tell(listener -> listener.progressed(run.spec().container(), phase, detail));
    }

    @Override
    public void prepared(ContainerRun run) {
      tell(listener -> listener.prepared(run.spec().container()));
    }

    @Override
    public void started(ContainerRun run, ContainerFacts facts) {
      tell(listener -> listener.started(run.spec().container(), facts.started()));
    }

    @Override
    public void launchFailed(
        ContainerRun run, LaunchFailure failure, ContainerRun.Leftovers leftovers) {
      ContainerId container = run.spec().container();
      String reason = String.valueOf(failure.getMessage());
      log.warn(
          "container {}: launch of task {} failed ({}): {}",
          container,
          run.spec().task().getTaskId().getValue(),
          failure.phase(),
          reason);
      runs.remove(container, run);
      if (leftovers == ContainerRun.Leftovers.POSSIBLE) {
        abandoned.put(container, ABANDONED_LISTINGS);
      }
      tell(listener -> listener.launchFailed(container, failure.phase(), reason));
    }

    @Override
    public void exited(ContainerRun run, ContainerExit exit) {
      runs.remove(run.spec().container(), run);
      tell(listener -> listener.exited(run.spec().container(), exit));
    }
  }

  /** What is seen of the engine. */
  private final class Watched implements EngineWatch.Observer {

    @Override
    public void ended(ContainerId container) {
      ContainerRun run = runs.get(container);
      if (run != null) {
        run.lookAgain();
      }
    }

    @Override
    public void outOfMemory(ContainerId container) {
      ContainerRun run = runs.get(container);
      if (run != null) {
        run.outOfMemory();
      }
    }

    @Override
    public void listed(List<EngineClient.ListedContainer> containers) {
      Set<ContainerId> running = new HashSet<>();
      for (EngineClient.ListedContainer container : containers) {
        if (container.runs()) {
          running.add(container.container());
        }
        // Looked out for further on: an engine lists a container before it can remove it, and may
        // make it once more where a first try got no answer.
        if (abandoned.replace(container.container(), ABANDONED_LISTINGS) != null) {
          remove(container.container());
        }
      }
      abandoned.replaceAll((container, left) -> left - 1);
      abandoned.values().removeIf(left -> left <= 0);
      // Those that began after the listing are among them: they look once in vain.
      runs.forEach((container, run) -> {
        if (!running.contains(container)) {
          run.lookAgain();
        }
      });
    }
  }
}
