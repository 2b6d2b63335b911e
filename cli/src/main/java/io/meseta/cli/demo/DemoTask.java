package io.meseta.cli.demo;

import java.util.List;
import java.util.Locale;

/**
 * A task that the demo launches.
 *
 * @param name also its id, so that the table and the logs say the same
 * @param command a line of the shell
 * @param milliCpus asked for, in thousandths of a CPU
 * @param memoryMiB asked for
 * @param fate what is to become of it
 */
record DemoTask(String name, String command, int milliCpus, int memoryMiB, Fate fate) {

  /** What is to become of a task. */
  enum Fate {
    /** It runs until the demo kills it. */
    RUNS,
    /** It ends by itself, well. */
    FINISHES,
    /** The kernel ends it, because it wants more memory than was granted. */
    RUNS_OUT_OF_MEMORY
  }

  private static final String SLEEP = "exec sleep 600";

  /** Computes as much as it is let. */
  static final DemoTask BUSY = new DemoTask("busy", "while :; do :; done", 500, 64, Fate.RUNS);

  /** Reads zeros for ever and keeps them: tail waits for the end of a line that does not come. */
  static final DemoTask GREEDY =
      new DemoTask("greedy", "exec tail /dev/zero", 500, 64, Fate.RUNS_OUT_OF_MEMORY);

  /** All of them, in the order in which they are launched. */
  static List<DemoTask> all() {
    return List.of(
        new DemoTask("half-1", SLEEP, 500, 64, Fate.RUNS),
        new DemoTask("half-2", SLEEP, 500, 64, Fate.RUNS),
        new DemoTask("half-3", SLEEP, 500, 64, Fate.RUNS),
        new DemoTask("small", SLEEP, 100, 32, Fate.RUNS),
        new DemoTask("large", SLEEP, 1_250, 256, Fate.RUNS),
        BUSY,
        GREEDY,
        new DemoTask("hello", "echo hello; sleep 1", 100, 32, Fate.FINISHES));
  }

  double cpus() {
    return milliCpus / 1e3;
  }

  /** In words: {@code 0.5 cpus, 64 MiB}. */
  String wants() {
    return "%s cpus, %d MiB".formatted(cpusText(milliCpus), memoryMiB);
  }

  /** Thousandths of a CPU as people write them: {@code 0.5}, {@code 1.25}. */
  static String cpusText(long milliCpus) {
    String exact = String.format(Locale.ROOT, "%d.%03d", milliCpus / 1_000, milliCpus % 1_000);
    return exact.replaceAll("0{1,2}$", "");
  }
}
