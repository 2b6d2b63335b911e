package io.meseta.agent.inventory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A machine, as it is.
 *
 * @param cpus that this process may use
 * @param memoryBytes in all
 * @param diskBytes in all, on the file system of the work directory
 * @param hostname by which others reach it, as far as it knows
 */
public record Machine(int cpus, long memoryBytes, long diskBytes, String hostname) {

  private static final Path KERNEL_HOSTNAME = Path.of("/proc/sys/kernel/hostname");

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
        hostnameOf());
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
