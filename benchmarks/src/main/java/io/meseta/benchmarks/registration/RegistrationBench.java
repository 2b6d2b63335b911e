package io.meseta.benchmarks.registration;

import io.meseta.common.coordination.EmbeddedZooKeeper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Measures how long all agents of a cluster take to be registered again. */
public final class RegistrationBench {

  private static final int RUNS = 5;
  private static final int WARM_UPS = 6;
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * One case.
   *
   * @param mesosSeconds what Mesos took for it, in the median
   * @param limitSeconds the most that it may take here
   */
  public record Case(Load load, double mesosSeconds, OptionalDouble limitSeconds) {}

  /**
   * What a case gave.
   *
   * @param seconds of each run, sorted
   */
  public record Result(Case of, List<Double> seconds) {
    public double median() {
      return seconds.get(seconds.size() / 2);
    }

    public boolean isWithinLimit() {
      return of.limitSeconds().isEmpty() || median() <= of.limitSeconds().getAsDouble();
    }
  }

  /** As Mesos was measured on two processors of the same kind (its version 1.12). */
  public static final List<Case> CASES =
      List.of(
          new Case(new Load(2_000, 5, 10), 3.23, OptionalDouble.of(0.4)),
          new Case(new Load(2_000, 5, 20), 3.73, OptionalDouble.empty()),
          new Case(new Load(20_000, 1, 5), 7.40, OptionalDouble.of(0.9)));

  private final Consumer<String> progress;

  /**
   * @param progress told what is going on
   */
  public RegistrationBench(Consumer<String> progress) {
    this.progress = progress;
  }

  /**
   * Runs one case, each time with a new ZooKeeper, whose registry is empty.
   *
   * @throws IOException if ZooKeeper cannot be started
   */
  public Result run(Case one) throws IOException, InterruptedException {
    List<byte[]> messages = one.load().messages();
    for (int i = 0; i < WARM_UPS; i++) {
      progress.accept(one.load() + ": warming up, " + (i + 1) + " of " + WARM_UPS);
      double unused = once(one.load(), messages);
    }
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      progress.accept(one.load() + ": run " + (i + 1) + " of " + RUNS);
      seconds.add(once(one.load(), messages));
    }
    seconds.sort(null);
    return new Result(one, List.copyOf(seconds));
  }

  private static double once(Load load, List<byte[]> messages)
      throws IOException, InterruptedException {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
        Leader leader = Leader.start(zooKeeper.url("/bench"))) {
      leader.expect(load.agents());
      System.gc();
      long start = System.nanoTime();
      long link = 1;
      for (byte[] message : messages) {
        leader.say(link++, message);
      }
      leader.awaitAll();
      return (System.nanoTime() - start) / NANOS_PER_SECOND;
    }
  }
}
