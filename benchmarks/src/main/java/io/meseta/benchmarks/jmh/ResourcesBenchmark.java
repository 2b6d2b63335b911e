package io.meseta.benchmarks.jmh;

import io.meseta.benchmarks.allocator.Workload;
import io.meseta.common.resources.Resources;
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

/** Arithmetic of resources: an agent with and without reservations, and what tasks use of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ResourcesBenchmark {
  /** What the agent has. */
  @Param({
    "cpus:24;mem:4096;disk:4096",
    "cpus:24;mem:4096;disk:4096;ports:[31000-32000]",
    "cpus:24;mem:4096;disk:4096;ports:[31000-32000];cpus(web):8;mem(web):1024;cpus(db):8"
  })
  private String agent = "";

  private Resources total;
  private Resources used;
  private Resources rest;

  /** Parses, so that nothing is known yet of the parsed objects. */
  @Setup
  public void parse() {
    total = Resources.of(agent);
    used =
        Resources.of(
            agent.contains("ports")
                ? "cpus:16;mem:2014;disk:1024;" + Workload.PORTS_16
                : "cpus:16;mem:2014;disk:1024");
    rest = total.minusOrThrow(used);
  }

  /** A task has ended. */
  @Benchmark
  public Resources plus() {
    return rest.plus(used);
  }

  /** A task is launched. */
  @Benchmark
  public Resources minus() {
    return total.minusOrThrow(used);
  }

  /** Does it fit? */
  @Benchmark
  public boolean contains() {
    return total.contains(used);
  }

  /** What a role may have of it. */
  @Benchmark
  public Resources allocatableTo() {
    return total.allocatableTo("web");
  }
}
