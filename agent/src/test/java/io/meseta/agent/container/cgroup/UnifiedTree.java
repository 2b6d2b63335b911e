package io.meseta.agent.container.cgroup;

import io.meseta.agent.container.cgroup.CgroupMounts.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Files that behave as a mounted tree of version 2 does, as far as containers use it: a new group
 * has the files of those controllers that the group around it hands on, numbers are checked,
 * freezing and killing show in other files, and a group with processes cannot be removed.
 *
 * <p>What it does not do: hold anybody to a limit. Processes are what a test writes.
 */
final class UnifiedTree implements CgroupFiles {

  private static final Map<String, Map<String, String>> FILES =
      Map.of(
          "cpu",
          Map.of("cpu.weight", "100\n", "cpu.max", "max 100000\n", "cpu.stat", "nr_periods 0\n"),
          "memory",
          Map.of(
              "memory.max",
              "max\n",
              "memory.low",
              "0\n",
              "memory.swap.max",
              "max\n",
              "memory.events",
              "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n"),
          "pids",
          Map.of("pids.max", "max\n"));

  private final Path root;
  private final List<String> writes = new ArrayList<>();

  UnifiedTree(Path root, String controllers) throws IOException {
    this.root = root;
    Files.writeString(root.resolve("cgroup.controllers"), controllers + "\n");
    Files.writeString(root.resolve("cgroup.subtree_control"), "\n");
    Files.writeString(root.resolve("cgroup.procs"), "1\n");
  }

  CgroupMounts mounts() {
    return new CgroupMounts(Map.of(), Optional.of(new Mount(root, "/")));
  }

  /** All that was written, in order, as {@code group/file value}. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  String show(String file) throws IOException {
    return read(root.resolve(file));
  }

  void put(String file, String text) throws IOException {
    Files.writeString(root.resolve(file), text);
  }

  @Override
  public void makeDirectory(Path directory) throws IOException {
    Files.createDirectory(directory);
    String handedOn = read(directory.resolveSibling("cgroup.subtree_control"));
    Files.writeString(directory.resolve("cgroup.controllers"), handedOn + "\n");
    Files.writeString(directory.resolve("cgroup.subtree_control"), "\n");
    Files.writeString(directory.resolve("cgroup.procs"), "");
    Files.writeString(directory.resolve("cgroup.freeze"), "0\n");
    Files.writeString(directory.resolve("cgroup.kill"), "");
    Files.writeString(directory.resolve("cgroup.events"), "populated 0\nfrozen 0\n");
    for (String controller : handedOn.split(" ", -1)) {
      for (Map.Entry<String, String> file : FILES.getOrDefault(controller, Map.of()).entrySet()) {
        Files.writeString(directory.resolve(file.getKey()), file.getValue());
      }
    }
  }

  @Override
  public void removeDirectory(Path directory) throws IOException {
    if (!read(directory.resolve("cgroup.procs")).isEmpty()) {
      throw new IOException(directory + ": Device or resource busy");
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Override
  public void write(Path file, String value) throws IOException {
    writes.add(root.relativize(file) + " " + value);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    switch (String.valueOf(file.getFileName())) {
      case "cgroup.subtree_control" -> handOn(file, value);
      case "cgroup.kill" -> Files.writeString(file.resolveSibling("cgroup.procs"), "");
      case "cgroup.freeze" -> {
        Files.writeString(file, value + "\n");
        Files.writeString(
            file.resolveSibling("cgroup.events"), "populated 1\nfrozen " + value + "\n");
      }
      case "cpu.weight" -> requireBetween(file, value, 1, 10_000);
      default -> Files.writeString(file, value + "\n");
    }
  }

  private static void requireBetween(Path file, String value, long low, long high)
      throws IOException {
    long number = Long.parseLong(value);
    if (number < low || number > high) {
      throw new IOException(file + ": Numerical result out of range");
    }
    Files.writeString(file, value + "\n");
  }

  private void handOn(Path file, String change) throws IOException {
    String controller = change.substring(1);
    List<String> offered =
        Arrays.asList(read(file.resolveSibling("cgroup.controllers")).split(" ", -1));
    Path group = file.getParent();
    if (!offered.contains(controller)) {
      throw new IOException(file + ": No such file or directory");
    }
    if (!root.equals(group) && !read(file.resolveSibling("cgroup.procs")).isEmpty()) {
      throw new IOException(file + ": Device or resource busy");
    }
    TreeSet<String> handedOn = new TreeSet<>(Arrays.asList(read(file).split(" ", -1)));
    handedOn.add(controller);
    handedOn.remove("");
    Files.writeString(file, String.join(" ", handedOn) + "\n");
  }
}
