package io.meseta.agent.container.process;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files by which the agent and the supervisors of its containers understand each other, now and
 * after a restart of the agent:
 *
 * <pre>
 * work_dir/processes/launcher.sh    what starts containers
 *                    launcher.log   what it had to complain of
 *                    start/ID       what to run; only until it runs, as secrets may be in it
 *                    state/ID       what has become of it, until the container is removed
 * </pre>
 *
 * <p>Nobody but the agent's user can read them. Any thread.
 */
final class RunFiles {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,200}");
  private static final String COMMAND_PREFIX = "command-";

  private final Path directory;

  RunFiles(Path workDir) {
    this.directory = workDir.toAbsolutePath().normalize().resolve("processes");
  }

  /** Makes the directories, and the launcher's script as this version has it. */
  void prepare() throws IOException {
    for (Path each : List.of(directory, directory.resolve("start"), stateDirectory())) {
      Files.createDirectories(each);
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx------"));
    }
    try (InputStream script =
        Objects.requireNonNull(RunFiles.class.getResourceAsStream("launcher.sh"))) {
      Files.write(launcherScript(), script.readAllBytes());
    }
    // Of sessions that an earlier agent did not get to end; what has begun has read its file.
    try (Stream<Path> left = Files.list(directory.resolve("start"))) {
      for (Path file :
          left.filter(path -> path.getFileName().toString().startsWith(COMMAND_PREFIX)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  Path directory() {
    return directory;
  }

  Path launcherScript() {
    return directory.resolve("launcher.sh");
  }

  Path launcherLog() {
    return directory.resolve("launcher.log");
  }

  Path stateDirectory() {
    return directory.resolve("state");
  }

  /** The file that a further command of a container is started by. */
  Path commandFile(String name) {
    return directory.resolve("start").resolve(COMMAND_PREFIX + name);
  }

  private Path state(ContainerId container) {
    return stateDirectory().resolve(name(container));
  }

  private Path start(ContainerId container) {
    return directory.resolve("start").resolve(name(container));
  }

  /** The shell reads it from a line, and it becomes part of paths. */
  private static String name(ContainerId container) {
    if (!NAME.matcher(container.value()).matches()
        || container.value().startsWith(COMMAND_PREFIX)) {
      throw new IllegalArgumentException(
          "container id '" + container + "' cannot name a file: letters, digits and ._- can");
    }
    return container.value();
  }

  /** From here on the container exists, though nothing of it runs. */
  void begin(ContainerId container, String header) throws IOException {
    Files.writeString(
        state(container), header, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** Says what to run. */
  void writeStart(ContainerId container, byte[] script) throws IOException {
    Files.write(start(container), script);
  }

  /** What has not been started by now is never started. */
  void deleteStart(ContainerId container) throws IOException {
    Files.deleteIfExists(start(container));
  }

  /** Adds a line of the agent's. */
  void append(ContainerId container, String line) throws IOException {
    Files.writeString(state(container), line + "\n", StandardOpenOption.APPEND);
  }

  /** Empty if the container does not exist. */
  Optional<RunState> read(ContainerId container) throws IOException {
    try {
      return Optional.of(
          RunState.parse(new String(Files.readAllBytes(state(container)), StandardCharsets.UTF_8)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Nothing is left of the container. */
  void delete(ContainerId container) throws IOException {
    deleteStart(container);
    Files.deleteIfExists(state(container));
  }

  /** All containers that exist. */
  List<ContainerId> list() throws IOException {
    try (Stream<Path> found = Files.list(stateDirectory())) {
      return found
          .map(path -> new ContainerId(path.getFileName().toString()))
          .sorted(java.util.Comparator.comparing(ContainerId::value))
          .toList();
    }
  }
}
