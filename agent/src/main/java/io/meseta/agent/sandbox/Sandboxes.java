package io.meseta.agent.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sandboxes of one agent, laid out as those of Mesos:
 *
 * <pre>
 * work_dir/slaves/AGENT/frameworks/FRAMEWORK/executors/EXECUTOR/runs/CONTAINER/{stdout,stderr}
 *                                                               runs/latest ─► CONTAINER
 * </pre>
 *
 * <p>Any thread; blocks on the file system.
 */
public final class Sandboxes {

  private static final Logger log = LoggerFactory.getLogger(Sandboxes.class);
  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_ATTEMPTS = 10;

  private final Path workDir;

  /** The directory is made when it is needed. */
  public Sandboxes(Path workDir) {
    this.workDir = workDir.toAbsolutePath().normalize();
  }

  /**
   * Where a sandbox is, or would be.
   *
   * @throws IllegalArgumentException if one of the ids is no name for a directory; the message says
   *     which
   */
  public Path path(SandboxId id) {
    return workDir
        .resolve("slaves")
        .resolve(component("agent id", id.agent().value()))
        .resolve("frameworks")
        .resolve(component("framework id", id.framework().value()))
        .resolve("executors")
        .resolve(component("executor id", id.executor().value()))
        .resolve("runs")
        .resolve(component("container id", id.container().value()));
  }

  /**
   * Makes a sandbox with empty {@code stdout} and {@code stderr}, owned by the user, and points
   * {@code latest} at it. One that is there already is kept with what is in it.
   *
   * @param user name or number on this machine; one that the machine does not know owns nothing, as
   *     it may be a user of the image only
   */
  public Path create(SandboxId id, String user) throws IOException {
    Path sandbox = path(id);
    for (int attempt = 1; ; attempt++) {
      try {
        return create(sandbox, user);
      } catch (NoSuchFileException e) {
        // The removal of old sandboxes has just taken an empty directory above this one.
        if (attempt == MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static Path create(Path sandbox, String user) throws IOException {
    Files.createDirectories(sandbox);
    Files.setPosixFilePermissions(sandbox, PosixFilePermissions.fromString("rwxr-xr-x"));
    createIfMissing(sandbox.resolve("stdout"));
    createIfMissing(sandbox.resolve("stderr"));
    give(sandbox, user);
    pointLatest(sandbox);
    return sandbox;
  }

  private static void createIfMissing(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      log.debug("{} is there already", file, e);
    }
  }

  private static void give(Path sandbox, String user) throws IOException {
    Optional<SandboxOwner> owner = SandboxOwner.find(user);
    if (owner.isEmpty()) {
      log.info("sandbox {}: this machine has no user '{}'; it stays the agent's", sandbox, user);
      return;
    }
    if (owner.get().owns(sandbox)) {
      return;
    }
    for (Path path : new Path[] {sandbox, sandbox.resolve("stdout"), sandbox.resolve("stderr")}) {
      owner.get().give(path);
    }
  }

  /** Replaces the link at once, so that a reader always finds one. */
  static void pointLatest(Path sandbox) throws IOException {
    Path name = sandbox.getFileName();
    Path link = sandbox.resolveSibling("latest");
    Path temporary = sandbox.resolveSibling(".latest-" + name);
    Files.deleteIfExists(temporary);
    Files.createSymbolicLink(temporary, name);
    Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String component(String what, String value) {
    if (value.isEmpty()
        || value.equals(".")
        || value.equals("..")
        || value.indexOf('/') >= 0
        || value.indexOf('\0') >= 0
        || value.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          what
              + " '"
              + value
              + "' cannot name a directory: it is empty, '.', '..', too long"
              + " or contains '/'");
    }
    return value;
  }
}
