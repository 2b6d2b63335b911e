package io.meseta.agent.container.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The groups that a process is in. */
final class Memberships {

  private static final Logger log = LoggerFactory.getLogger(Memberships.class);

  private final List<Membership> all;

  private Memberships(List<Membership> all) {
    this.all = all;
  }

  /**
   * One line of the kernel's.
   *
   * @param controllers of version 1, separated by commas; empty: version 2
   */
  private record Membership(String controllers, String path) {}

  /** None, for a process that does not exist. */
  static Memberships of(int pid) throws IOException {
    try {
      return parse(Files.readAllLines(Path.of("/proc", Integer.toString(pid), "cgroup")));
    } catch (NoSuchFileException e) {
      log.trace("process {} is gone", pid, e);
      return new Memberships(List.of());
    } catch (IOException e) {
      if (Files.exists(Path.of("/proc", Integer.toString(pid)))) {
        throw e;
      }
      return new Memberships(List.of());
    }
  }

  static Memberships parse(List<String> lines) {
    return new Memberships(
        lines.stream()
            .map(line -> line.split(":", 3))
            .filter(parts -> parts.length == 3)
            .map(parts -> new Membership(parts[1], parts[2]))
            .toList());
  }

  /** Its group under a controller of version 1. */
  Optional<String> of(String controller) {
    return all.stream()
        .filter(one -> Arrays.asList(one.controllers().split(",", -1)).contains(controller))
        .map(Membership::path)
        .findFirst();
  }

  /** Its group under version 2. */
  Optional<String> unified() {
    return all.stream()
        .filter(one -> one.controllers().isEmpty())
        .map(Membership::path)
        .findFirst();
  }

  /** Whether one of its groups is this directory, or inside of it, in whatever tree. */
  boolean isBelow(Path directory) {
    return all.stream().anyMatch(one -> contains(directory, one.path()));
  }

  /** The directory ends as the group's path does, up to where the tree is mounted. */
  private static boolean contains(Path directory, String path) {
    Path group = Path.of(path).normalize();
    for (Path at = group; at != null && at.getNameCount() > 1; at = at.getParent()) {
      // Two names at least: the containers' common group and the container's own.
      if (directory.endsWith(at.subpath(at.getNameCount() - 2, at.getNameCount()))) {
        return true;
      }
    }
    return false;
  }
}
