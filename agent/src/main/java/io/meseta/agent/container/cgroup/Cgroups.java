package io.meseta.agent.container.cgroup;

import io.meseta.agent.container.cgroup.CgroupMounts.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The control groups that containers get on this machine, all below one name: {@code
 * HIERARCHY/ROOT/CONTAINER}.
 *
 * <p>Where they cannot be used there are none, and {@link #whyOff} says why. Any thread.
 */
public final class Cgroups {

  private static final String CONTROLLERS = "cgroup.controllers";
  private static final String HANDED_ON = "cgroup.subtree_control";

  private final CgroupFiles files;
  private final Map<String, Path> version1;
  private final @Nullable Path version2;
  private final String whyOff;

  private Cgroups(
      CgroupFiles files, Map<String, Path> version1, @Nullable Path version2, String whyOff) {
    this.files = files;
    this.version1 = version1;
    this.version2 = version2;
    this.whyOff = whyOff;
  }

  /**
   * Finds out what this machine has, and makes the root.
   *
   * @param root name of the group below which all are, such as {@code meseta}; may have slashes
   * @throws IllegalArgumentException if the root is no name for that
   */
  public static Cgroups find(String root) {
    try {
      return find(root, CgroupMounts.ofThisMachine(), CgroupFiles.KERNEL);
    } catch (IOException e) {
      return off("what is mounted cannot be read: " + e);
    }
  }

  static Cgroups find(String root, CgroupMounts mounts, CgroupFiles files) {
    requireName(root);
    if (mounts.controllers().keySet().containsAll(CgroupV1.REQUIRED)) {
      return version1(root, mounts, files);
    }
    return mounts
        .unified()
        .map(mount -> version2(root, mount, files))
        .orElseGet(() -> off("no control groups with cpu and memory are mounted"));
  }

  private static void requireName(String root) {
    for (String part : root.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new IllegalArgumentException(
            "--cgroups_root is '" + root + "'; write a name such as meseta, or several with /");
      }
    }
  }

  private static Cgroups version1(String root, CgroupMounts mounts, CgroupFiles files) {
    Map<String, Path> roots = new TreeMap<>();
    for (String controller : CgroupV1.USED) {
      Mount mount = mounts.controllers().get(controller);
      if (mount != null) {
        roots.put(controller, mount.path().resolve(root));
      }
    }
    try {
      for (Path directory : roots.values()) {
        files.ensureDirectory(directory);
      }
    } catch (IOException e) {
      return off("control groups cannot be made: " + e);
    }
    for (Path directory : roots.values()) {
      if (!Files.isWritable(directory)) {
        return off("no control groups can be made in " + directory);
      }
    }
    return new Cgroups(files, roots, null, "");
  }

  private static Cgroups version2(String root, Mount mount, CgroupFiles files) {
    try {
      List<String> missing =
          CgroupV2.REQUIRED.stream()
              .filter(controller -> !controllers(files, mount.path()).contains(controller))
              .toList();
      if (!missing.isEmpty()) {
        return off("the kernel offers no " + missing + " in " + mount.path());
      }
      Path directory = mount.path();
      handOn(files, directory);
      for (Path name : Path.of(root)) {
        directory = directory.resolve(name);
        files.ensureDirectory(directory);
        handOn(files, directory);
      }
      return Files.isWritable(directory)
          ? new Cgroups(files, Map.of(), directory, "")
          : off("no control groups can be made in " + directory);
    } catch (IOException e) {
      return off("control groups cannot be made: " + e);
    }
  }

  private static List<String> controllers(CgroupFiles files, Path directory) {
    try {
      return Arrays.asList(files.read(directory.resolve(CONTROLLERS)).split(" ", -1));
    } catch (IOException e) {
      // A tree in which not even that can be read has none for us.
      return List.of();
    }
  }

  /** Lets the groups inside have controllers. */
  private static void handOn(CgroupFiles files, Path directory) throws IOException {
    List<String> handedOn = Arrays.asList(files.read(directory.resolve(HANDED_ON)).split(" ", -1));
    List<String> offered = controllers(files, directory);
    for (String controller : CgroupV2.USED) {
      if (offered.contains(controller) && !handedOn.contains(controller)) {
        files.write(directory.resolve(HANDED_ON), "+" + controller);
      }
    }
  }

  /** None, for a reason. */
  public static Cgroups off(String why) {
    return new Cgroups(CgroupFiles.KERNEL, Map.of(), null, why);
  }

  /** Why there are none; empty if there are. */
  public Optional<String> whyOff() {
    return whyOff.isEmpty() ? Optional.empty() : Optional.of(whyOff);
  }

  /** That of a container, which need not exist; empty if there are none. */
  public Optional<Cgroup> of(String container) {
    if (version2 != null) {
      return Optional.of(new CgroupV2(files, version2.resolve(container)));
    }
    if (version1.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Path> directories = new TreeMap<>();
    version1.forEach((controller, path) -> directories.put(controller, path.resolve(container)));
    return Optional.of(new CgroupV1(files, directories));
  }
}
