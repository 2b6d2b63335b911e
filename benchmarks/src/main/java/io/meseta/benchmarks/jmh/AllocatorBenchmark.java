package io.meseta.benchmarks.jmh;

import io.meseta.benchmarks.allocator.Workload;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AgentFacts;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.Allocator;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Operations on one agent of a cluster in which every other agent is offered to somebody. Each
 * leaves the cluster as it found it, so that the next one does the same.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AllocatorBenchmark {
  private static final String AGENT = "cpus:24;mem:4096;disk:4096;ports:[31000-32000]";
  private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

  /** As long as the allocation interval, the shortest that there is. */
  private static final Refusal SHORT = new Refusal(AllocationOptions.defaults().interval());

  /** The size of the cluster, which should not matter. */
  @Param({"1000", "50000"})
  private int agents;

  /** In one role. */
  @Param("50")
  private int frameworks;

  private Allocator allocator;
  private AgentFacts another;
  private List<Grant> open;
  private Instant now = START;

  /** Offers everything once. */
  @Setup
  public void build() {
    allocator = new DrfAllocators(AllocationOptions.defaults()).get();
    Workload.frameworks(frameworks, Workload.DEFAULT_ROLE).forEach(allocator::addFramework);
    for (int i = 0; i < agents; i++) {
      allocator.addAgent(Workload.agent(i, Resources.of(AGENT)), List.of());
    }
    List<Grant> grants = allocator.allocate(now);
    open = List.of(grants.get(0));
    another = Workload.agent(agents, Resources.of(AGENT));
  }

  /** An offer comes back without a filter, and a cycle makes a new one of it. */
  @Benchmark
  public List<Grant> cycleWithOneTouchedAgent() {
    allocator.answer(open, Resources.EMPTY, Optional.empty(), now);
    open = allocator.allocate(now);
    return open;
  }

  /**
   * An offer is declined with a filter and goes to another framework; the filter ends before the
   * next time.
   */
  @Benchmark
  public List<Grant> answerWithFilter() {
    allocator.answer(open, Resources.EMPTY, Optional.of(SHORT), now);
    open = allocator.allocate(now);
    now = now.plus(SHORT.duration());
    return open;
  }

  /** An agent comes and goes before anything of it was offered. */
  @Benchmark
  public Allocator addAndRemoveAgent() {
    allocator.addAgent(another, List.of());
    allocator.removeAgent(another.id());
    return allocator;
  }
}
