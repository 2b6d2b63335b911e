package io.meseta.agent;

import io.meseta.agent.sandbox.SandboxGc;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * How long sandboxes are kept, and how much may be in them.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class DiskFlags {

  @Option(
      names = "--gc_delay",
      paramLabel = "DURATION",
      defaultValue = "1weeks",
      converter = DurationConverter.class,
      description =
          "The sandbox of an ended task is kept for so long at most, and the shorter the fuller"
              + " the disk is; default 1weeks.")
  private Duration gcDelay = Duration.ofDays(7);

  @Option(
      names = "--gc_disk_headroom",
      paramLabel = "FRACTION",
      defaultValue = "0.1",
      description =
          "The part of the disk that is to stay free: when less is free, the sandboxes of ended"
              + " tasks are removed at once; default 0.1.")
  private double gcDiskHeadroom = 0.1;

  @Option(
      names = "--disk_watch_interval",
      paramLabel = "DURATION",
      defaultValue = "1mins",
      converter = DurationConverter.class,
      description = "How often sandboxes are looked at that could be removed; default 1mins.")
  private Duration diskWatchInterval = Duration.ofMinutes(1);

  @Option(
      names = "--enforce_container_disk_quota",
      defaultValue = "false",
      fallbackValue = "true",
      arity = "0..1",
      paramLabel = "true|false",
      description =
          "Kill a task whose sandbox, or one of whose persistent volumes, takes more than its disk"
              + " resource, and let a container write no more into its own file system, where the"
              + " engine's storage driver can hold it to that; default false.")
  private boolean enforceContainerDiskQuota;

  @Option(
      names = "--container_disk_watch_interval",
      paramLabel = "DURATION",
      defaultValue = "15secs",
      converter = DurationConverter.class,
      description = "How often the disk usage of tasks is measured, if it is; default 15secs.")
  private Duration containerDiskWatchInterval = Duration.ofSeconds(15);

  /** Removes sandboxes after so long, and looks so often. */
  public void gc(Duration delay, double headroom, Duration interval) {
    gcDelay = delay;
    gcDiskHeadroom = headroom;
    diskWatchInterval = interval;
  }

  /** Kills tasks that take too much disk, and measures so often. */
  public void enforceContainerDiskQuota(Duration interval) {
    enforceContainerDiskQuota = true;
    containerDiskWatchInterval = interval;
  }

  /**
   * What the first three come to.
   *
   * @throws IllegalArgumentException if one cannot be right
   */
  SandboxGc.Options gcOptions(Path workDir) {
    if (gcDiskHeadroom < 0 || gcDiskHeadroom > 1) {
      throw new IllegalArgumentException("--gc_disk_headroom must be between 0 and 1");
    }
    if (diskWatchInterval.toMillis() <= 0) {
      throw new IllegalArgumentException("--disk_watch_interval must be at least 1ms");
    }
    return new SandboxGc.Options(workDir, gcDelay, gcDiskHeadroom, diskWatchInterval);
  }

  /** Whether tasks are killed that take too much. */
  boolean enforcesDisk() {
    return enforceContainerDiskQuota;
  }

  /** How often the disk usage of tasks is measured. */
  Duration diskInterval() {
    if (containerDiskWatchInterval.toMillis() <= 0) {
      throw new IllegalArgumentException("--container_disk_watch_interval must be at least 1ms");
    }
    return containerDiskWatchInterval;
  }

  /** Adds them as pages show them. */
  void addTo(Map<String, String> flags) {
    flags.put("gc_delay", Durations.print(gcDelay));
    flags.put("gc_disk_headroom", Double.toString(gcDiskHeadroom));
    flags.put("disk_watch_interval", Durations.print(diskWatchInterval));
    flags.put("enforce_container_disk_quota", Boolean.toString(enforceContainerDiskQuota));
    flags.put("container_disk_watch_interval", Durations.print(containerDiskWatchInterval));
  }
}
