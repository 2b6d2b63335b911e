package io.meseta.agent.container.cgroup;

import io.meseta.agent.container.cgroup.CgroupMounts.Mount;
import io.meseta.api.v1.ResourceStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What containers use, as the kernel counts it. For any process of a container, whoever runs it.
 *
 * <p>Any thread; each call reads about ten small files.
 */
public final class CgroupStatistics {

  private static final Logger log = LoggerFactory.getLogger(CgroupStatistics.class);

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MICROS_PER_SECOND = 1e6;

  /** Of the times that version 1 tells; the same for all programs under Linux. */
  private static final double TICKS_PER_SECOND = 100;

  private static final double SHARES_PER_CPU = 1024;

  /** Version 1 writes no limit as the greatest number of whole pages, of whatever size. */
  private static final long NO_LIMIT = 1L << 60;

  private final CgroupMounts mounts;
  private final Path proc;
  private final Memberships own;
  private final Clock clock;

  CgroupStatistics(CgroupMounts mounts, Path proc, Clock clock) {
    this.mounts = mounts;
    this.proc = proc;
    this.own = memberships("self").orElseGet(() -> Memberships.parse(List.of()));
    this.clock = clock;
  }

  /** Of this machine; if it has no control groups, nothing is ever known. */
  public static CgroupStatistics ofThisMachine() {
    CgroupMounts mounts;
    try {
      mounts = CgroupMounts.ofThisMachine();
    } catch (IOException e) {
      log.warn(
          "What containers use is not known, as no control groups are found: {}", e.toString());
      mounts = new CgroupMounts(Map.of(), Optional.empty());
    }
    return new CgroupStatistics(mounts, Path.of("/proc"), Clock.systemUTC());
  }

  /**
   * What the container of a process uses and may use. What the kernel does not tell is unset.
   *
   * <p>A group that the process shares with the agent is not its container's: what that uses is not
   * told.
   *
   * @return empty if the process does not exist, or is in no group of which anything is known
   */
  public Optional<ResourceStatistics> of(int pid) {
    return memberships(Integer.toString(pid)).flatMap(this::of);
  }

  private Optional<Memberships> memberships(String process) {
    try {
      return Optional.of(
          Memberships.parse(Files.readAllLines(proc.resolve(process).resolve("cgroup"))));
    } catch (IOException e) {
      log.debug("process {} is gone", process, e);
      return Optional.empty();
    }
  }

  private Optional<ResourceStatistics> of(Memberships groups) {
    ResourceStatistics.Builder statistics =
        ResourceStatistics.newBuilder().setTimestamp(clock.millis() / 1e3);
    int unmeasured = statistics.buildPartial().getSerializedSize();
    Group cpu = group(groups, "cpu");
    Group memory = group(groups, "memory");
    if (cpu.unified()) {
      cpu2(cpu, statistics);
    } else {
      cpu1(cpu, group(groups, "cpuacct"), statistics);
    }
    if (memory.unified()) {
      memory2(memory, statistics);
    } else {
      memory1(memory, statistics);
    }
    processes(group(groups, "pids"), cpu, statistics);
    ResourceStatistics measured = statistics.build();
    return measured.getSerializedSize() > unmeasured ? Optional.of(measured) : Optional.empty();
  }

  /** Where the process is under a controller, in whichever version that is. */
  private Group group(Memberships groups, String controller) {
    Mount mount = mounts.controllers().get(controller);
    Optional<String> path = groups.of(controller);
    if (mount != null && path.isPresent()) {
      return new Group(notOwn(path, own.of(controller)).map(mount::resolve), false);
    }
    Optional<String> unified = notOwn(groups.unified(), own.unified());
    return new Group(mounts.unified().flatMap(tree -> unified.map(tree::resolve)), true);
  }

  private static Optional<String> notOwn(Optional<String> path, Optional<String> own) {
    return path.equals(own) ? Optional.empty() : path;
  }

  private static void cpu1(Group cpu, Group accounting, ResourceStatistics.Builder to) {
    Map<String, Long> times = accounting.counters("cpuacct.stat");
    ifThere(times, "user", ticks -> to.setCpusUserTimeSecs(ticks / TICKS_PER_SECOND));
    ifThere(times, "system", ticks -> to.setCpusSystemTimeSecs(ticks / TICKS_PER_SECOND));
    Map<String, Long> waits = cpu.counters("cpu.stat");
    throttled(waits, to);
    ifThere(waits, "throttled_time", ns -> to.setCpusThrottledTimeSecs(ns / NANOS_PER_SECOND));
    OptionalLong quota = cpu.number("cpu.cfs_quota_us");
    OptionalLong period = cpu.number("cpu.cfs_period_us");
    if (quota.isPresent() && quota.getAsLong() > 0 && period.isPresent()) {
      to.setCpusLimit((double) quota.getAsLong() / period.getAsLong());
    }
    cpu.number("cpu.shares").ifPresent(shares -> to.setCpusSoftLimit(shares / SHARES_PER_CPU));
  }

  private static void cpu2(Group cpu, ResourceStatistics.Builder to) {
    Map<String, Long> counters = cpu.counters("cpu.stat");
    ifThere(counters, "user_usec", us -> to.setCpusUserTimeSecs(us / MICROS_PER_SECOND));
    ifThere(counters, "system_usec", us -> to.setCpusSystemTimeSecs(us / MICROS_PER_SECOND));
    throttled(counters, to);
    ifThere(counters, "throttled_usec", us -> to.setCpusThrottledTimeSecs(us / MICROS_PER_SECOND));
    String[] max = cpu.text("cpu.max").orElse("").split(" ", -1);
    if (max.length == 2 && !max[0].equals(CgroupSupport.UNLIMITED)) {
      to.setCpusLimit(Double.parseDouble(max[0]) / Double.parseDouble(max[1]));
    }
  }

  private static void throttled(Map<String, Long> counters, ResourceStatistics.Builder to) {
    ifThere(counters, "nr_periods", count -> to.setCpusNrPeriods((int) count));
    ifThere(counters, "nr_throttled", count -> to.setCpusNrThrottled((int) count));
  }

  private static void memory1(Group memory, ResourceStatistics.Builder to) {
    memory.number("memory.usage_in_bytes").ifPresent(to::setMemTotalBytes);
    memory.number("memory.memsw.usage_in_bytes").ifPresent(to::setMemTotalMemswBytes);
    limit(memory.number("memory.limit_in_bytes"), to::setMemLimitBytes);
    limit(memory.number("memory.soft_limit_in_bytes"), to::setMemSoftLimitBytes);
    Map<String, Long> counters = memory.counters("memory.stat");
    ifThere(counters, "total_rss", bytes -> ofItsOwn(bytes, to));
    ifThere(counters, "total_cache", bytes -> ofFiles(bytes, to));
    ifThere(counters, "total_mapped_file", to::setMemMappedFileBytes);
    ifThere(counters, "total_swap", to::setMemSwapBytes);
    ifThere(counters, "total_unevictable", to::setMemUnevictableBytes);
  }

  private static void memory2(Group memory, ResourceStatistics.Builder to) {
    OptionalLong total = memory.number("memory.current");
    OptionalLong swap = memory.number("memory.swap.current");
    total.ifPresent(to::setMemTotalBytes);
    swap.ifPresent(to::setMemSwapBytes);
    if (total.isPresent() && swap.isPresent()) {
      to.setMemTotalMemswBytes(total.getAsLong() + swap.getAsLong());
    }
    limit(memory.number("memory.max"), to::setMemLimitBytes);
    OptionalLong low = memory.number("memory.low");
    if (low.isPresent() && low.getAsLong() > 0) {
      to.setMemSoftLimitBytes(low.getAsLong());
    }
    Map<String, Long> counters = memory.counters("memory.stat");
    ifThere(counters, "anon", bytes -> ofItsOwn(bytes, to));
    ifThere(counters, "file", bytes -> ofFiles(bytes, to));
    ifThere(counters, "file_mapped", to::setMemMappedFileBytes);
    ifThere(counters, "unevictable", to::setMemUnevictableBytes);
  }

  private static void ofItsOwn(long bytes, ResourceStatistics.Builder to) {
    to.setMemRssBytes(bytes).setMemAnonBytes(bytes);
  }

  private static void ofFiles(long bytes, ResourceStatistics.Builder to) {
    to.setMemCacheBytes(bytes).setMemFileBytes(bytes);
  }

  private static void limit(OptionalLong bytes, LongConsumer to) {
    if (bytes.isPresent() && bytes.getAsLong() < NO_LIMIT) {
      to.accept(bytes.getAsLong());
    }
  }

  private static void processes(Group pids, Group any, ResourceStatistics.Builder to) {
    Consumer<String> count = text -> to.setProcesses((int) text.lines().count());
    pids.text(CgroupSupport.PROCESSES).or(() -> any.text(CgroupSupport.PROCESSES)).ifPresent(count);
    pids.number("pids.current").ifPresent(number -> to.setThreads((int) number));
  }

  private static void ifThere(Map<String, Long> counters, String name, LongConsumer then) {
    Long value = counters.get(name);
    if (value != null) {
      then.accept(value);
    }
  }

  /** A group of a process under one controller; may be none. */
  private record Group(Optional<Path> directory, boolean unified) {

    Optional<String> text(String file) {
      if (directory.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(Files.readString(directory.get().resolve(file)).strip());
      } catch (IOException e) {
        // Not every kernel has every file, and the container may be gone by now.
        log.trace("{} of {} is not known", file, directory.get(), e);
        return Optional.empty();
      }
    }

    OptionalLong number(String file) {
      String text = text(file).orElse("");
      return text.matches("-?[0-9]{1,19}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    }

    Map<String, Long> counters(String file) {
      return Counters.of(text(file).orElse(""));
    }
  }
}
