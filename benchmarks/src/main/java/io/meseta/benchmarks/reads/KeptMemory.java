package io.meseta.benchmarks.reads;

import io.meseta.benchmarks.allocator.PeakHeap;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.allocator.Unit;
import io.meseta.benchmarks.reads.FakeCluster.Size;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What a master keeps: the heap in use when garbage has been collected, of clusters with and
 * without agents, with and without tasks. The core with its allocator and the published view; not
 * the connections.
 */
final class KeptMemory {

  private static final int FRAMEWORKS = 5;
  private static final int TASKS = 2;
  private static final double MOST_BYTES_PER_AGENT = 12 * 1024;
  private static final double MOST_BYTES_PER_TASK = 2 * 1024;

  private final int agents;
  private final Consumer<String> progress;

  KeptMemory(int agents, Consumer<String> progress) {
    this.agents = agents;
    this.progress = progress;
  }

  List<Row> rows() {
    // Classes and what they keep for ever are loaded by a small one.
    long unused = kept(new Size(10, FRAMEWORKS, TASKS, 0));
    long none = kept(new Size(0, 0, 0, 0));
    long idle = kept(new Size(agents, 0, 0, 0));
    long busy = kept(new Size(agents, FRAMEWORKS, TASKS, 0));
    return List.of(
        row("per agent without tasks", idle - none, agents, MOST_BYTES_PER_AGENT),
        row("per task", busy - idle, agents * FRAMEWORKS * TASKS, MOST_BYTES_PER_TASK));
  }

  private long kept(Size size) {
    progress.accept("memory: building " + size.agents() + " agents");
    return PeakHeap.live(new FakeCluster(size));
  }

  private Row row(String step, long bytes, int count, double limit) {
    double each = (double) bytes / count;
    return new Row(
        "memory",
        agents + " agents",
        step,
        new Row.Ours(Unit.BYTES, each, each, each, 1, OptionalLong.empty()),
        Optional.empty(),
        Optional.of(limit),
        "");
  }
}
