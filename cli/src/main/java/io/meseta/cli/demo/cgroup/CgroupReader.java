package io.meseta.cli.demo.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds the cgroups of processes. Any thread may use it. */
public final class CgroupReader {

  private final Path fileSystem;

  /**
   * A reader of this machine's files.
   *
   * @param fileSystem where {@code /} is; another in tests
   */
  public CgroupReader(Path fileSystem) {
    this.fileSystem = fileSystem;
  }

  /**
   * The cgroup of a process.
   *
   * @param pid as this process sees it
   * @throws IOException when there is no such process, or its cgroup cannot be seen from here
   */
  public Cgroup of(long pid) throws IOException {
    List<CgroupMount> mounts =
        Files.readAllLines(fileSystem.resolve("proc/self/mountinfo")).stream()
            .map(CgroupMount::parse)
            .flatMap(Optional::stream)
            .toList();
    List<Membership> memberships =
        Files.readAllLines(fileSystem.resolve("proc/" + pid + "/cgroup")).stream()
            .map(Membership::parse)
            .flatMap(Optional::stream)
            .toList();
    // With both versions mounted, the one that has the memory controller is the one that limits.
    boolean version1 = memberships.stream().anyMatch(member -> member.has("memory"));
    return version1
        ? new CgroupV1(
            version1("cpu", mounts, memberships),
            version1("cpuacct", mounts, memberships),
            version1("memory", mounts, memberships))
        : new CgroupV2(version2(mounts, memberships));
  }

  private Path version1(String controller, List<CgroupMount> mounts, List<Membership> memberships)
      throws IOException {
    Membership member = first(memberships, controller, of -> of.has(controller));
    return first(mounts, controller, mount -> mount.has(controller))
        .directory(fileSystem, member.path());
  }

  private Path version2(List<CgroupMount> mounts, List<Membership> memberships) throws IOException {
    Membership member = first(memberships, "version 2", Membership::unified);
    return first(mounts, "version 2", CgroupMount::unified).directory(fileSystem, member.path());
  }

  private static <T> T first(List<T> candidates, String what, Predicate<T> wanted)
      throws IOException {
    for (T candidate : candidates) {
      if (wanted.test(candidate)) {
        return candidate;
      }
    }
    throw new IOException("no cgroup tree for " + what + " is mounted here");
  }

  /** A line of {@code /proc/<pid>/cgroup}: {@code number:controllers:path}. */
  private record Membership(List<String> controllers, String path) {

    static Optional<Membership> parse(String line) {
      String[] parts = line.split(":", 3);
      return parts.length == 3
          ? Optional.of(new Membership(List.of(parts[1].split(",", -1)), parts[2]))
          : Optional.empty();
    }

    boolean has(String controller) {
      return controllers.contains(controller);
    }

    /** Version 2 has one line, which names no controllers. */
    boolean unified() {
      return controllers.equals(List.of(""));
    }
  }
}
