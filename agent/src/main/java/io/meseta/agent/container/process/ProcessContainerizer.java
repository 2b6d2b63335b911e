package io.meseta.agent.container.process;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.container.ContainerExit;
import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerRuns;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.Containerizer;
import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.ObservedContainer;
import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.fetch.Fetcher;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks without an image, as processes of this machine. See the package's page for how it works.
 *
 * <p>The listener is called by the containers' own threads, and by {@link #start}'s caller.
 */
public final class ProcessContainerizer implements Containerizer, ContainerExec {

  private static final Logger log = LoggerFactory.getLogger(ProcessContainerizer.class);
  private static final Duration ROUND_LIMIT = Duration.ofSeconds(10);

  /** Where news come by themselves, each container is looked at every so many rounds only. */
  private static final int SLICES = 20;

  private final ContainerRuns<ProcessRun> runs = new ContainerRuns<>("processes");
  private final ScheduledThreadPoolExecutor rounds = roundsThread();
  private final ProcessOptions options;
  private final Fetcher fetcher;
  private final StateWatch watch = new StateWatch(this::changed);
  private @Nullable ProcessExec exec;
  private volatile @Nullable Host host;
  private int slices = 1;
  private int slice;

  /**
   * Does nothing before {@link #start}.
   *
   * @param fetcher brings what commands name by URI
   */
  public ProcessContainerizer(ProcessOptions options, Fetcher fetcher) {
    this.options = options;
    this.fetcher = fetcher;
  }

  private static ScheduledThreadPoolExecutor roundsThread() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "process-rounds");
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return executor;
  }

  /**
   * As the port says.
   *
   * @throws UncheckedIOException if this machine lacks a program that is needed, or the directory
   *     cannot be used
   */
  @Override
  public void start(Listener newListener) {
    runs.listen(newListener);
    Host started;
    try {
      started = Host.create(options, fetcher);
      host = started;
      exec = new ProcessExec(started);
    } catch (IOException e) {
      throw new UncheckedIOException("plain processes cannot be run here", e);
    }
    slices = watch.start(started.files().stateDirectory()) ? SLICES : 1;
    long round = options.limits().round().toNanos();
    Future<?> unused =
        rounds.scheduleWithFixedDelay(this::round, round, round, TimeUnit.NANOSECONDS);
    newListener.engineHealth(true, limitations(started));
  }

  /** What is off on this machine, for people; empty if all is on. */
  private static String limitations(Host host) {
    List<String> off = new ArrayList<>();
    host.cgroups()
        .whyOff()
        .ifPresent(why -> off.add("CPU and memory of plain processes are not limited: " + why));
    if (host.options().switchUser() && host.facts().uid() != 0) {
      off.add("all run as user " + host.facts().userName() + ", as the agent is not root");
    }
    if (!off.isEmpty()) {
      log.warn("Plain processes: {}", String.join("; ", off));
    }
    return String.join("; ", off);
  }

  private Host host() {
    return Objects.requireNonNull(host, "start comes first");
  }

  private void round() {
    try {
      host().logs().look();
      slice = (slice + 1) % slices;
      int number = 0;
      for (ProcessRun run : runs.all()) {
        if (number++ % slices == slice) {
          run.lookAgain();
        }
      }
    } catch (RuntimeException e) {
      log.error("a round among plain processes failed", e);
    }
  }

  private void changed(Optional<ContainerId> container) {
    if (container.isPresent()) {
      runs.lookAgain(container.get());
    } else {
      runs.all().forEach(ProcessRun::lookAgain);
    }
  }

  @Override
  public void observe(AgentId agent) {
    runs.observe(
        ContainerizerKind.PROCESS,
        () -> {
          List<ObservedContainer> observed = new ArrayList<>();
          for (ContainerId container : host().files().list()) {
            if (runs.get(container) == null) {
              // An earlier agent's: it is not begun any more, if it has not been.
              host().files().deleteStart(container);
            }
            host()
                .files()
                .read(container)
                .map(state -> observed(container, state))
                .ifPresent(observed::add);
          }
          return observed;
        });
  }

  private ObservedContainer observed(ContainerId container, RunState state) {
    boolean lives =
        state.isOf(host().facts().bootId())
            && (state.supervisor().filter(ProcessId::isAlive).isPresent()
                || state.child().filter(ProcessId::isAlive).isPresent());
    if (state.child().isEmpty()) {
      return new ObservedContainer(container, Optional.empty(), Optional.empty());
    }
    if (!state.ended() && lives) {
      return new ObservedContainer(
          container,
          Optional.of(
              new StartedContainer(
                  OptionalInt.of(state.child().get().pid()), List.of(options.agentIp()))),
          Optional.empty());
    }
    return new ObservedContainer(
        container,
        Optional.empty(),
        Optional.of(
            new ContainerExit(state.exitCode(), state.outOfMemory(), OptionalLong.empty(), "")));
  }

  @Override
  public void launch(ContainerSpec spec) {
    begin(spec, ProcessRun.Origin.LAUNCH);
  }

  @Override
  public void adopt(ContainerSpec spec) {
    begin(spec, ProcessRun.Origin.ADOPTION);
  }

  private void begin(ContainerSpec spec, ProcessRun.Origin origin) {
    runs.begin(new ProcessRun(host(), spec, origin, new Told()));
  }

  @Override
  public void go(ContainerId container) {
    ProcessRun run = runs.get(container);
    if (run != null) {
      run.go();
    }
  }

  @Override
  public void kill(ContainerId container, Duration grace) {
    runs.kill(container, grace);
  }

  @Override
  public void update(ContainerId container, TaskInfo sized) {
    runs.resize(container, sized);
  }

  @Override
  public void remove(ContainerId container) {
    runs.remove(container, () -> new ProcessRemoval(host(), container).run());
  }

  @Override
  public Session exec(ContainerId container, Command command, Output output)
      throws IOException, InterruptedException {
    ProcessRun run = runs.get(container);
    RunState state = run == null ? null : run.running().orElse(null);
    if (run == null || state == null) {
      throw new IOException("container " + container + " does not run");
    }
    return Objects.requireNonNull(exec, "start comes first")
        .start(run.spec(), state, command, output);
  }

  @Override
  public void close() {
    rounds.shutdown();
    runs.close();
    try {
      // A file that is being moved away is finished with: its container must go on.
      if (!rounds.awaitTermination(ROUND_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the output of a process is still moved away");
      }
      runs.awaitClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watch.close();
    Host used = host;
    if (used != null) {
      used.launcher().close();
    }
  }

  /** What runs tell. */
  private final class Told implements ProcessRun.Observer {

    @Override
    public void progressed(ProcessRun run, ContainerPhase phase, String detail) {
      runs.progressed(run, phase, detail);
    }

    @Override
    public void prepared(ProcessRun run) {
      runs.tell(told -> told.prepared(run.spec().container()));
    }

    @Override
    public void started(ProcessRun run, StartedContainer started) {
      runs.started(run, started);
    }

    @Override
    public void launchFailed(ProcessRun run, LaunchFailure failure) {
      runs.launchFailed(run, failure.phase(), String.valueOf(failure.getMessage()));
    }

    @Override
    public void exited(ProcessRun run, ContainerExit exit) {
      runs.exited(run, exit);
    }
  }
}
