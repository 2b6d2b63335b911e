package io.meseta.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Plays many histories, as many at a time as there are processors. */
public final class SimulationRuns {

  /** What to do about a history that fails. */
  public enum OnFailure {
    /** Play the others as well. */
    GO_ON,
    /** Begin no other. */
    STOP
  }

  private final long firstSeed;
  private final long lastSeed;
  private final LongFunction<SimulationOptions> options;
  private final OnFailure onFailure;
  private final Consumer<SimulationReport> progress;
  private final AtomicLong next;
  private final TreeMap<Long, SimulationReport> failures = new TreeMap<>();
  private boolean stopped;

  private SimulationRuns(
      long firstSeed,
      long lastSeed,
      LongFunction<SimulationOptions> options,
      OnFailure onFailure,
      Consumer<SimulationReport> progress) {
    this.firstSeed = firstSeed;
    this.lastSeed = lastSeed;
    this.options = options;
    this.onFailure = onFailure;
    this.progress = progress;
    this.next = new AtomicLong(firstSeed);
  }

  /**
   * Plays the histories of these seeds, both ends included; returns when all are played.
   *
   * @param options of one seed; called by several threads
   * @param progress told each report when its history has ended, one at a time
   * @return the failures, in the order of their seeds
   */
  public static List<SimulationReport> play(
      long firstSeed,
      long lastSeed,
      LongFunction<SimulationOptions> options,
      OnFailure onFailure,
      Consumer<SimulationReport> progress)
      throws InterruptedException {
    return new SimulationRuns(firstSeed, lastSeed, options, onFailure, progress).play();
  }

  /** The first failure that comes among so many seeds, if one comes. */
  public static Optional<SimulationReport> firstFailure(
      long firstSeed, long count, LongFunction<SimulationOptions> options)
      throws InterruptedException {
    return play(firstSeed, firstSeed + count - 1, options, OnFailure.STOP, report -> {}).stream()
        .findFirst();
  }

  private List<SimulationReport> play() throws InterruptedException {
    long count = Math.max(0, lastSeed - firstSeed + 1);
    int threads = (int) Math.min(count, Runtime.getRuntime().availableProcessors());
    if (threads == 0) {
      return List.of();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("simulation-", 0).factory());
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(pool.submit(this::work));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulation itself is broken", e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return List.copyOf(failures.values());
  }

  private void work() {
    for (long seed = next.getAndIncrement(); seed <= lastSeed; seed = next.getAndIncrement()) {
      if (hasStopped() || Thread.currentThread().isInterrupted()) {
        return;
      }
      ended(Simulation.run(options.apply(seed)));
    }
  }

  private synchronized boolean hasStopped() {
    return stopped;
  }

  private synchronized void ended(SimulationReport report) {
    if (!report.isClean()) {
      failures.put(report.seed(), report);
      stopped = stopped || onFailure == OnFailure.STOP;
    }
    progress.accept(report);
  }
}
