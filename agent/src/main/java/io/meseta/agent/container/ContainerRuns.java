package io.meseta.agent.container;

import io.meseta.agent.container.Containerizer.Listener;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The containers that a containerizer looks after, each by a run with a thread of its own: what is
 * ordered of them, what they tell, and work in the background that concerns none of them or waits
 * for one. What a containerizer promises of order and ends is kept here.
 *
 * <p>Any thread may call every method.
 *
 * @param <R> what looks after one container
 */
public final class ContainerRuns<R extends ContainerRuns.Run> {

  /** Looks after one container, from its launch or adoption to its end. Any thread. */
  public interface Run {

    ContainerSpec spec();

    /** Called once, before all others. */
    void start();

    /** It shall end, by force after the grace period. */
    void kill(Duration grace);

    /** It shall have the limits of this task, once it runs. */
    void resize(TaskInfo sized);

    /** Something may have happened to it. */
    void lookAgain();

    /** Stops looking after it; it goes on running, and no end is told. */
    void close();

    /** Waits until nothing looks after it any more: its end has been told, or it was closed. */
    void awaitFinished() throws InterruptedException;

    /** As {@link #awaitFinished()}; says whether that came about in this time. */
    boolean awaitFinished(Duration limit) throws InterruptedException;
  }

  /** Work that waits for others. */
  @FunctionalInterface
  public interface Work {
    void run() throws IOException, InterruptedException;
  }

  /** Finds out what there is; waits until that is known. */
  @FunctionalInterface
  public interface Look {
    List<ObservedContainer> run() throws IOException, InterruptedException;
  }

  private static final Logger log = LoggerFactory.getLogger(ContainerRuns.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final Map<ContainerId, R> runs = new ConcurrentHashMap<>();
  private final Set<ContainerId> removing = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean observing = new AtomicBoolean();
  private final ExecutorService background;
  private volatile @Nullable Listener listener;
  private volatile boolean closed;
  private volatile List<R> open = List.of();

  /**
   * None yet.
   *
   * @param name of its threads
   */
  public ContainerRuns(String name) {
    this.background =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
  }

  /** Who is told; comes first. */
  public void listen(Listener newListener) {
    listener = newListener;
  }

  /** Starts a run, unless its container has one. */
  public void begin(R run) {
    ContainerId container = run.spec().container();
    if (closed || runs.putIfAbsent(container, run) != null) {
      log.warn("container {}: not begun, as it has been already", container);
      return;
    }
    run.start();
  }

  /** What looks after a container; null if nothing does. */
  public @Nullable R get(ContainerId container) {
    return runs.get(container);
  }

  /** All there are at this moment. */
  public Collection<R> all() {
    return List.copyOf(runs.values());
  }

  /** See {@link Containerizer#kill}. */
  public void kill(ContainerId container, Duration grace) {
    R run = runs.get(container);
    if (run != null) {
      run.kill(grace);
    }
  }

  /** See {@link Containerizer#update}. */
  public void resize(ContainerId container, TaskInfo sized) {
    R run = runs.get(container);
    if (run != null) {
      run.resize(sized);
    }
  }

  /** Something may have happened to a container. */
  public void lookAgain(ContainerId container) {
    R run = runs.get(container);
    if (run != null) {
      run.lookAgain();
    }
  }

  /**
   * See {@link Containerizer#remove}: ends what still runs and then takes away what is left of it,
   * once at a time.
   */
  public void remove(ContainerId container, Work takeAway) {
    if (!removing.add(container)) {
      return;
    }
    inBackground(() -> {
      try {
        R run = runs.get(container);
        if (run != null) {
          run.kill(Duration.ZERO);
          run.awaitFinished();
        }
        takeAway.run();
      } finally {
        removing.remove(container);
      }
    });
  }

  /** See {@link Containerizer#observe}: a look that is under way answers later questions too. */
  public void observe(ContainerizerKind kind, Look look) {
    if (!observing.compareAndSet(false, true)) {
      return;
    }
    inBackground(() -> {
      List<ObservedContainer> seen;
      try {
        seen = List.copyOf(look.run());
      } finally {
        // Before the answer: who has heard it may ask again.
        observing.set(false);
      }
      tell(told -> told.observed(Set.of(kind), seen));
    });
  }

  /** Does this on a thread of its own; given up when this is closed. */
  public void inBackground(Work work) {
    try {
      background.execute(() -> {
        try {
          work.run();
        } catch (InterruptedException e) {
          log.debug("given up, as the containerizer is closed", e);
        } catch (IOException | RuntimeException e) {
          log.error("work for containers failed", e);
        }
      });
    } catch (RejectedExecutionException e) {
      log.debug("not done, as the containerizer is closed", e);
    }
  }

  /** A launch has come this far. */
  public void progressed(R run, ContainerPhase phase, String detail) {
    tell(told -> told.progressed(run.spec().container(), phase, detail));
  }

  /** It runs. */
  public void started(R run, StartedContainer started) {
    tell(told -> told.started(run.spec().container(), started));
  }

  // A run is forgotten before its end is told, so that the end is the last.

  /** The one end of a run, if its container never ran. */
  public void launchFailed(R run, ContainerPhase phase, String reason) {
    ContainerId container = run.spec().container();
    log.warn(
        "container {}: launch of task {} failed ({}): {}",
        container,
        run.spec().task().getTaskId().getValue(),
        phase,
        reason);
    runs.remove(container, run);
    tell(told -> told.launchFailed(container, phase, reason));
  }

  /** The one end of a run, if its container ran. */
  public void exited(R run, ContainerExit exit) {
    ContainerId container = run.spec().container();
    runs.remove(container, run);
    tell(told -> told.exited(container, exit));
  }

  /** Tells the listener; nothing any more when this is closed. */
  public void tell(Consumer<Listener> news) {
    if (closed) {
      return;
    }
    try {
      news.accept(Objects.requireNonNull(listener, "start comes first"));
    } catch (RuntimeException e) {
      log.error("the listener of container events failed", e);
    }
  }

  /** Stops looking after all; nothing is told from here on. */
  public void close() {
    closed = true;
    background.shutdownNow();
    open = List.copyOf(runs.values());
    open.forEach(Run::close);
  }

  /** After {@link #close}: waits until nothing looks after the containers any more, or too long. */
  public void awaitClosed() throws InterruptedException {
    for (R run : open) {
      if (!run.awaitFinished(CLOSE_LIMIT)) {
        log.warn("container {}: still looked after", run.spec().container());
      }
    }
  }
}
