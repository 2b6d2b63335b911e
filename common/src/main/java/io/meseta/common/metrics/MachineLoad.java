package io.meseta.common.metrics;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How busy this machine is, right now.
 *
 * @param load1 runnable processes, on average over one minute; negative if that is not known, as
 *     are the next two
 * @param load5 over five minutes
 * @param load15 over fifteen minutes
 */
public record MachineLoad(
    int cpus, double load1, double load5, double load15, long memTotalBytes, long memFreeBytes) {

  private static final Path LOAD = Path.of("/proc/loadavg");

  /** Looks at this machine. */
  public static MachineLoad now() {
    com.sun.management.OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    double[] load = load(system.getSystemLoadAverage());
    return new MachineLoad(
        Runtime.getRuntime().availableProcessors(),
        load[0],
        load[1],
        load[2],
        system.getTotalMemorySize(),
        system.getFreeMemorySize());
  }

  private static double[] load(double minute) {
    try {
      return parse(Files.readString(LOAD));
    } catch (IOException | IllegalArgumentException e) {
      // Not a Linux: the JVM knows the average over a minute, at most.
      return new double[] {minute, -1, -1};
    }
  }

  /** Reads {@code 0.52 0.40 0.31 1/523 4711}. */
  static double[] parse(String text) {
    String[] words = text.strip().split("\\s+", -1);
    if (words.length < 3) {
      throw new IllegalArgumentException("not three averages: " + text);
    }
    return new double[] {
      Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2])
    };
  }
}
