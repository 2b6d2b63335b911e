package io.meseta.cli.it;

import io.meseta.scheduler.TaskBuilder;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** The kinds of tasks that run while things are killed, and how each ends when it is let be. */
enum ChaosTask {
  /** Ends well, after up to three seconds. */
  SUCCEEDS(0) {
    @Override
    String command(RandomGenerator random) {
      return "sleep " + tenths(random, 0, 30);
    }
  },
  /** Ends with an exit code of its own, after up to three seconds. */
  FAILS(7) {
    @Override
    String command(RandomGenerator random) {
      return "sleep " + tenths(random, 0, 30) + "; exit 7";
    }
  },
  /** Takes memory until the kernel ends it. */
  OUT_OF_MEMORY(137) {
    @Override
    String command(RandomGenerator random) {
      return "exec tail /dev/zero";
    }
  },
  /** Ends well, after most of a minute: it lives through several kills. */
  LONG(0) {
    @Override
    String command(RandomGenerator random) {
      return "sleep " + tenths(random, 300, 600);
    }
  },
  /** Runs until it is killed, and ends when it is asked to. */
  UNTIL_ASKED {
    @Override
    String command(RandomGenerator random) {
      return "trap 'exit 0' TERM; sleep 10000 & wait";
    }
  },
  /** Runs until it is killed, and not by asking. */
  UNTIL_FORCED {
    @Override
    String command(RandomGenerator random) {
      return "trap '' TERM; sleep 10000 & while true; do wait; done";
    }
  };

  private final OptionalInt exitCode;

  ChaosTask(int exitCode) {
    this.exitCode = OptionalInt.of(exitCode);
  }

  ChaosTask() {
    this.exitCode = OptionalInt.empty();
  }

  abstract String command(RandomGenerator random);

  /** How it ends by itself; empty for one that does not. */
  OptionalInt exitCode() {
    return exitCode;
  }

  boolean endsByItself() {
    return exitCode.isPresent();
  }

  boolean isShort() {
    return this == SUCCEEDS || this == FAILS || this == OUT_OF_MEMORY;
  }

  static ChaosTask drawShort(RandomGenerator random) {
    int dice = random.nextInt(10);
    return dice < 6 ? SUCCEEDS : dice < 9 ? FAILS : OUT_OF_MEMORY;
  }

  static ChaosTask drawLong(RandomGenerator random) {
    int dice = random.nextInt(4);
    return dice < 1 ? LONG : dice < 3 ? UNTIL_ASKED : UNTIL_FORCED;
  }

  TaskBuilder describe(String id, RandomGenerator random) {
    return Recorder.shell(id, command(random)).description();
  }

  private static String tenths(RandomGenerator random, int from, int to) {
    return String.format(Locale.ROOT, "%.1f", random.nextInt(from, to + 1) / 10.0);
  }
}
