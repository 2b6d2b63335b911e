package io.meseta.agent.inventory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A machine, as it is.
 *
 * @param cpus that this process may use, within its cgroup and cpuset
 * @param memoryBytes in all, or as much as the cgroup of this process may have
 * @param diskBytes in all, on the file system of the work directory
 * @param gpus of NVIDIA, by the device files that their driver makes
 * @param hostname by which others reach it, as far as it knows
 */
public record Machine(int cpus, long memoryBytes, long diskBytes, int gpus, String hostname) {

  private static final Path KERNEL_HOSTNAME = Path.of("/proc/sys/kernel/hostname");

  private static final Path DEVICES = Path.of("/dev");
  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/gpus");
  private static final Pattern GPU = Pattern.compile("nvidia\\d+");

  /**
   * Looks at this machine. Resolving its name may take as long as its resolver.
   *
   * @param workDir need not exist yet
   */
  public static Machine detect(Path workDir) throws IOException {
    com.sun.management.OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        Files.getFileStore(existing(workDir.toAbsolutePath().normalize())).getTotalSpace(),
        gpus(DEVICES, NVIDIA),
        hostnameOf());
  }

  /**
   * @param devices where {@code nvidia0}, {@code nvidia1}, … are
   * @param known where the driver lists what it has found, which may be more than may be used
   */
  static int gpus(Path devices, Path known) throws IOException {
    int found = count(devices, name -> GPU.matcher(name).matches());
    return found > 0 ? found : count(known, name -> true);
  }

  private static int count(Path directory, Predicate<String> wanted) throws IOException {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return (int) entries.map(entry -> entry.getFileName().toString()).filter(wanted).count();
    }
  }

  private static Path existing(Path path) {
    Path existing = path;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return existing;
  }

  private static String hostnameOf() throws IOException {
    try {
      return InetAddress.getLocalHost().getCanonicalHostName();
    } catch (UnknownHostException e) {
      // A machine that cannot resolve its own name still has one.
      if (Files.isReadable(KERNEL_HOSTNAME)) {
        return Files.readString(KERNEL_HOSTNAME, StandardCharsets.UTF_8).strip();
      }
      throw new IOException("this machine's name is not known; say it with --hostname", e);
    }
  }
}
