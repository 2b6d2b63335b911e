package io.meseta.cli.demo.cgroup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a tree of cgroups can be seen.
 *
 * @param unified version 2
 * @param controllers of version 1, from the mount's options; without meaning for version 2
 * @param root which part of the tree is mounted: {@code /}, or more inside some containers
 * @param point where it is mounted
 */
record CgroupMount(boolean unified, List<String> controllers, String root, String point) {

  private static final int ROOT = 3;
  private static final int MOUNT_POINT = 4;

  /**
   * Reads a line of {@code mountinfo}: {@code id parent device root point options [tags] - type
   * source super-options}. Empty when something else than cgroups is mounted.
   */
  static Optional<CgroupMount> parse(String line) {
    int separator = line.indexOf(" - ");
    if (separator < 0) {
      return Optional.empty();
    }
    String[] before = line.substring(0, separator).split(" ", -1);
    String[] after = line.substring(separator + 3).split(" ", -1);
    boolean unified = after[0].equals("cgroup2");
    if (before.length <= MOUNT_POINT || !(unified || after[0].equals("cgroup"))) {
      return Optional.empty();
    }
    List<String> controllers =
        unified || after.length < 3 ? List.of() : List.of(after[2].split(",", -1));
    return Optional.of(new CgroupMount(unified, controllers, before[ROOT], before[MOUNT_POINT]));
  }

  boolean has(String controller) {
    return !unified && controllers.contains(controller);
  }

  /**
   * The folder of a cgroup.
   *
   * @param fileSystem the root of the file system; another than {@code /} in tests
   * @param path as {@code /proc/<pid>/cgroup} names it
   */
  Path directory(Path fileSystem, String path) throws IOException {
    boolean whole = root.equals("/");
    if (path.startsWith("/..") || !(whole || path.equals(root) || path.startsWith(root + "/"))) {
      throw new IOException(
          "the cgroup %s cannot be seen from here: only %s is mounted, on %s"
              .formatted(path, root, point));
    }
    String inside = whole ? path : path.substring(root.length());
    return fileSystem.resolve("." + point + inside).normalize();
  }
}
