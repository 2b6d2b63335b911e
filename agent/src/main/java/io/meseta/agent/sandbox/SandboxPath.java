package io.meseta.agent.sandbox;

import io.meseta.common.files.UnreadableFileException;
import io.meseta.common.files.UnreadableFileException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A place in a sandbox.
 *
 * @param sandbox its directory, without links
 * @param inside relative to it, by its own words; empty for the sandbox itself
 */
record SandboxPath(Path sandbox, Path inside) {

  /** Below {@code slaves}: AGENT/frameworks/FRAMEWORK/executors/EXECUTOR/runs/CONTAINER. */
  private static final int DEPTH = 7;

  private static final int MAX_LENGTH = 4096;

  private static final Set<String> NO_NAMES = Set.of("", ".", "..");

  /**
   * Understands an absolute path as the pages of the agent give it. Nothing outside of the
   * sandboxes is looked at.
   *
   * @param workDir absolute and normal
   */
  static SandboxPath parse(Path workDir, String text) throws UnreadableFileException {
    String root = workDir.resolve("slaves") + "/";
    if (!text.startsWith(root) || text.length() > MAX_LENGTH) {
      throw notFound();
    }
    String relative = text.substring(root.length());
    while (relative.endsWith("/")) {
      relative = relative.substring(0, relative.length() - 1);
    }
    String[] parts = relative.split("/", -1);
    for (String part : parts) {
      if (NO_NAMES.contains(part)) {
        throw notFound();
      }
    }
    boolean shaped =
        parts.length >= DEPTH
            && parts[1].equals("frameworks")
            && parts[3].equals("executors")
            && parts[5].equals("runs");
    if (!shaped || parts[6].startsWith(".")) {
      throw notFound();
    }
    try {
      Path path = Path.of(relative);
      Path run = workDir.resolve("slaves").resolve(path.subpath(0, DEPTH));
      Path inside =
          path.getNameCount() == DEPTH ? Path.of("") : path.subpath(DEPTH, path.getNameCount());
      return new SandboxPath(real(run), inside);
    } catch (InvalidPathException e) {
      throw new UnreadableFileException(Kind.NOT_FOUND, "No such file", e);
    }
  }

  /** Where the newest sandbox is asked for, {@code latest}, it is meant by its own name. */
  private static Path real(Path run) throws UnreadableFileException {
    try {
      if (!Files.isSymbolicLink(run)) {
        return run;
      }
      Path target = Files.readSymbolicLink(run);
      Path named = run.resolveSibling(target.getFileName());
      if (target.getNameCount() == 1 && !Files.isSymbolicLink(named)) {
        return named;
      }
    } catch (IOException e) {
      throw new UnreadableFileException(Kind.NOT_FOUND, "No such sandbox", e);
    }
    throw notFound();
  }

  /**
   * The same place by a path without links, if it is inside.
   *
   * @throws UnreadableFileException if it is not there, or leads out
   */
  Path resolved() throws UnreadableFileException {
    Path named = sandbox.resolve(inside);
    try {
      Path base = sandbox.toRealPath();
      Path real = named.toRealPath();
      if (real.startsWith(base)) {
        return base.relativize(real);
      }
    } catch (IOException e) {
      if (leadsOut()) {
        throw outside();
      }
      throw new UnreadableFileException(Kind.NOT_FOUND, "No such file", e);
    }
    throw outside();
  }

  /** A link whose end is not there tells by that what is there elsewhere: it is refused, too. */
  private boolean leadsOut() {
    Path path = sandbox;
    for (Path part : inside) {
      path = path.resolve(part);
      if (Files.isSymbolicLink(path)) {
        return true;
      }
    }
    return false;
  }

  private static UnreadableFileException outside() {
    return new UnreadableFileException(
        Kind.FORBIDDEN, "This is a link that leads out of the sandbox, or to nowhere");
  }

  private static UnreadableFileException notFound() {
    return new UnreadableFileException(Kind.NOT_FOUND, "No such file in a sandbox of this agent");
  }
}
