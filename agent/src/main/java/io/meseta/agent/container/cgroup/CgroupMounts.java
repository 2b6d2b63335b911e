package io.meseta.agent.container.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where this machine has its control groups.
 *
 * @param controllers of version 1, by name; some may share a mount
 * @param unified of version 2; on a machine with both it may be there without any controller
 */
record CgroupMounts(Map<String, Mount> controllers, Optional<Mount> unified) {

  private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

  // Of a line: id, parent, device, root, mount point, options, any number of fields, "-", type,
  // source, options of the file system.
  private static final int ROOT = 3;
  private static final int MOUNT_POINT = 4;

  /** A tree of groups. */
  record Mount(Path path, String root) {

    /** The directory of a group that {@code /proc/PID/cgroup} names. */
    Path resolve(String membership) {
      String below = membership;
      if (!root.equals("/") && (below + "/").startsWith(root + "/")) {
        // Only a part of the tree is mounted, as in containers.
        below = below.substring(root.length());
      }
      return path.resolve(below.startsWith("/") ? below.substring(1) : below).normalize();
    }
  }

  static CgroupMounts ofThisMachine() throws IOException {
    return parse(Files.readAllLines(MOUNT_INFO));
  }

  static CgroupMounts parse(List<String> lines) {
    Map<String, Mount> controllers = new TreeMap<>();
    Optional<Mount> unified = Optional.empty();
    for (String line : lines) {
      int dash = line.indexOf(" - ");
      String[] before = dash < 0 ? new String[0] : line.substring(0, dash).split(" ", -1);
      String[] after = dash < 0 ? new String[0] : line.substring(dash + 3).split(" ", -1);
      if (before.length <= MOUNT_POINT || after.length < 3) {
        continue;
      }
      Mount mount = new Mount(Path.of(unescape(before[MOUNT_POINT])), unescape(before[ROOT]));
      if (after[0].equals("cgroup2") && unified.isEmpty()) {
        unified = Optional.of(mount);
      } else if (after[0].equals("cgroup")) {
        // Options that are no controllers do no harm: nobody asks for them.
        for (String option : after[2].split(",", -1)) {
          controllers.putIfAbsent(option, mount);
        }
      }
    }
    return new CgroupMounts(controllers, unified);
  }

  /** The kernel writes blanks in names as {@code \040}. */
  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    byte[] escaped = field.getBytes(StandardCharsets.UTF_8);
    byte[] plain = new byte[escaped.length];
    int length = 0;
    for (int i = 0; i < escaped.length; i++) {
      if (escaped[i] == '\\' && i + 3 < escaped.length) {
        plain[length++] =
            (byte) Integer.parseInt(new String(escaped, i + 1, 3, StandardCharsets.US_ASCII), 8);
        i += 3;
      } else {
        plain[length++] = escaped[i];
      }
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }
}
