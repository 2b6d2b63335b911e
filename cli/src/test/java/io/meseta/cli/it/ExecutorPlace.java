package io.meseta.cli.it;

import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where an executor runs, and how its control groups are found. */
enum ExecutorPlace {
  PROCESS {
    @Override
    String line(List<String> command) {
      return quoted(command);
    }

    @Override
    void describe(ExecutorInfo.Builder executor) {
      // Nothing is to be added: the command is all.
    }
  },

  /** The programs are those of the machine: no image has them. */
  DOCKER {
    @Override
    String line(List<String> command) {
      return "chroot /host " + quoted(command);
    }

    @Override
    void describe(ExecutorInfo.Builder executor) {
      executor.setContainer(
          ContainerInfo.newBuilder()
              .setType(ContainerInfo.Type.DOCKER)
              .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage(Docker.IMAGE))
              .addVolumes(
                  Volume.newBuilder()
                      .setMode(Volume.Mode.RW)
                      .setContainerPath("/host")
                      .setHostPath("/")));
    }
  };

  /** In the environment of all processes that an executor of a test starts. */
  static final String MARK = "MESETA_IT_EXECUTOR";

  /** A line of shell that runs a program of the machine there. */
  abstract String line(List<String> command);

  /** Adds what such a container needs. */
  abstract void describe(ExecutorInfo.Builder executor);

  private static String quoted(List<String> command) {
    return command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
  }

  /**
   * The processes of an executor, by number.
   *
   * @param mark of the executor, or what the marks of several begin with
   */
  static List<Long> processesOf(String mark) throws IOException {
    List<Long> found = new ArrayList<>();
    String text = "\0" + MARK + "=" + mark;
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        String name = String.valueOf(process.getFileName());
        if (name.matches("\\d+") && ("\0" + read(process.resolve("environ"))).contains(text)) {
          found.add(Long.parseLong(name));
        }
      }
    }
    found.sort(null);
    return found;
  }

  /** What the kernel has for the group of a process: a file of version 1 or of version 2. */
  static String limitOf(long process, String controller, String file1, String file2)
      throws IOException {
    Optional<String> group = Optional.empty();
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process), "cgroup"))) {
      String[] parts = line.split(":", 3);
      if (List.of(parts[1].split(",", -1)).contains(controller)) {
        return read(Path.of("/sys/fs/cgroup", controller, parts[2], file1)).strip();
      }
      if (parts[1].isEmpty()) {
        group = Optional.of(parts[2]);
      }
    }
    return read(Path.of("/sys/fs/cgroup", group.orElseThrow(), file2)).strip();
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return ""; // It has ended, or is not one that a test could have started.
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No such process")) {
        return "";
      }
      throw e;
    }
  }
}
