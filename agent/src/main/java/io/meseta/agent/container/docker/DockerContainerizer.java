package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerRuns;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Containers of a Docker engine. See the package's page for how it works.
 *
 * <p>The listener is called by the containers' own threads, and by those that watch the engine.
 */
public final class DockerContainerizer implements Containerizer, ContainerExec {

  /** For how many listings without it a container is looked out for that an engine may yet make. */
  private static final int ABANDONED_LISTINGS = 40;

  private final ContainerRuns<ContainerRun> runs = new ContainerRuns<>("containerizer");
  private final Map<ContainerId, Integer> abandoned = new ConcurrentHashMap<>();
  private final Engine engine;
  private final NetworkHolders holders;
  private final EngineWatch watch;

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
            (healthy, detail) -> runs.tell(listener -> listener.engineHealth(healthy, detail)));
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
    runs.listen(newListener);
    watch.start();
  }

  @Override
  public void observe(AgentId agent) {
    runs.observe(
        ContainerizerKind.DOCKER,
        () -> {
          List<ContainerId> withSecrets = engine.secrets().containers();
          List<ObservedContainer> observed = new ArrayList<>();
          List<EngineClient.ListedContainer> found = engine.list(agent);
          // Before the answer: with a task that the agent then tells to be over, its ports are
          // free.
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
          runs.inBackground(() -> removeOrphanedSecrets(withSecrets, observed));
          return observed;
        });
  }

  /**
   * Those of launches that ended with an earlier agent; found before the containers were listed.
   */
  private void removeOrphanedSecrets(List<ContainerId> found, List<ObservedContainer> observed)
      throws IOException {
    for (ContainerId container : found) {
      boolean exists = observed.stream().anyMatch(each -> each.container().equals(container));
      if (!exists && runs.get(container) == null) {
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
    runs.begin(new ContainerRun(engine, holders, spec, origin, new Told()));
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
    runs.kill(container, grace);
  }

  /** As soon as the engine takes them; one that is being launched gets them after its start. */
  @Override
  public void update(ContainerId container, TaskInfo sized) {
    runs.resize(container, sized);
  }

  @Override
  public void remove(ContainerId container) {
    runs.remove(
        container,
        () -> {
          engine.remove(Labels.engineName(container));
          engine.secrets().remove(container);
          Files.deleteIfExists(engine.logPositionFile(container));
        });
  }

  @Override
  public ContainerExec.Session exec(ContainerId container, Command command, Output output)
      throws IOException, InterruptedException {
    return new DockerExec(engine).exec(container, command, output);
  }

  @Override
  public void close() {
    runs.close();
    watch.close();
    try {
      runs.awaitClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    engine.client().close();
  }

  private static long hostMemoryBytes() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  /** What runs tell. */
  private final class Told implements ContainerRun.Observer {

    @Override
    public void progressed(ContainerRun run, ContainerPhase phase, String detail) {
      runs.progressed(run, phase, detail);
    }

    @Override
    public void prepared(ContainerRun run) {
      runs.tell(listener -> listener.prepared(run.spec().container()));
    }

    @Override
    public void started(ContainerRun run, ContainerFacts facts) {
      runs.started(run, facts.started());
    }

    @Override
    public void launchFailed(
        ContainerRun run, LaunchFailure failure, ContainerRun.Leftovers leftovers) {
      if (leftovers == ContainerRun.Leftovers.POSSIBLE) {
        abandoned.put(run.spec().container(), ABANDONED_LISTINGS);
      }
      runs.launchFailed(run, failure.phase(), String.valueOf(failure.getMessage()));
    }

    @Override
    public void exited(ContainerRun run, ContainerExit exit) {
      runs.exited(run, exit);
    }
  }

  /** What is seen of the engine. */
  private final class Watched implements EngineWatch.Observer {

    @Override
    public void ended(ContainerId container) {
      runs.lookAgain(container);
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
      for (ContainerRun run : runs.all()) {
        if (!running.contains(run.spec().container())) {
          run.lookAgain();
        }
      }
    }
  }
}
