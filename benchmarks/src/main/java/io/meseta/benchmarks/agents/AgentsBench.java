package io.meseta.benchmarks.agents;

import io.meseta.common.coordination.EmbeddedZooKeeper;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Measures what agents cost a master that are registered and do nothing. */
public final class AgentsBench {

  /** The most that the master may use for {@value #AGENTS} agents: of one processor. */
  public static final double LIMIT_SHARE = 0.15;

  /** For how many the limit is. */
  public static final int AGENTS = 5_000;

  /** Until its code is compiled; every agent has been pinged twice by then. */
  private static final Duration WARM_UP = Duration.ofSeconds(45);

  private static final int POLL_MS = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  private final int agents;
  private final Duration duration;
  private final Consumer<String> progress;

  /**
   * @param duration how long it is measured
   * @param progress told what is going on
   */
  public AgentsBench(int agents, Duration duration, Consumer<String> progress) {
    this.agents = agents;
    this.duration = duration;
    this.progress = progress;
  }

  /**
   * What was measured.
   *
   * @param share of one processor that the master has used
   * @param pings answered per second
   * @param heapBytes per agent, in use
   * @param linkBytes what of these belongs to the connection: they are free when it is closed
   * @param residentBytes per agent, of the process, with garbage and what the collector keeps free
   */
  public record Result(
      int agents, double share, double pings, long heapBytes, long linkBytes, long residentBytes) {
    public boolean isWithinLimit() {
      return agents > AGENTS || share <= LIMIT_SHARE;
    }
  }

  private record Memory(long heap, long resident) {
    static Memory of(MasterProcess master) throws IOException {
      return new Memory(master.heapBytes(), master.residentBytes());
    }
  }

  /**
   * Runs it, with a ZooKeeper in this process.
   *
   * @throws IOException if ZooKeeper or the master cannot be started, or the master dies or does
   *     not lead all the time
   */
  public Result run() throws IOException, InterruptedException {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.startTemporary();
        MasterProcess master = MasterProcess.start(zooKeeper.url("/bench").toString())) {
      Memory empty = Memory.of(master);
      try (FakeAgents fakes = new FakeAgents()) {
        progress.accept(agents + " agents register");
        fakes.register(agents, master.port());
        progress.accept(agents + " agents: warming up");
        Thread.sleep(WARM_UP.toMillis());
        progress.accept(agents + " agents: measuring for " + duration.toSeconds() + " s");
        Use use = use(master, fakes);
        Memory full = Memory.of(master);
        fakes.disconnect();
        while (master.connected() > 0) {
          Thread.sleep(POLL_MS);
        }
        return new Result(
            agents,
            use.share,
            use.pings,
            (full.heap - empty.heap) / agents,
            (full.heap - master.heapBytes()) / agents,
            (full.resident - empty.resident) / agents);
      }
    }
  }

  /** Per second: of processor time, and pings. */
  private record Use(double share, double pings) {}

  private Use use(MasterProcess master, FakeAgents fakes) throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    long pingsBefore = fakes.pings();
    Duration before = master.cpuTime();
    Thread.sleep(duration.toMillis());
    Duration used = master.cpuTime().minus(before);
    double seconds = (System.nanoTime() - startNs) / NANOS_PER_SECOND;
    fakes.requireAll();
    return new Use(
        used.toNanos() / NANOS_PER_SECOND / seconds, (fakes.pings() - pingsBefore) / seconds);
  }
}
