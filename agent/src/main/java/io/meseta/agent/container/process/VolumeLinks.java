package io.meseta.agent.container.process;

import io.meseta.agent.sandbox.SandboxOwner;
import io.meseta.api.v1.MountPropagation;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Volumes of a plain process: links in its sandbox, as it sees the machine's own directories.
 *
 * @param links in the order of the volumes
 */
record VolumeLinks(List<Link> links) {

  /**
   * One of them.
   *
   * @param at inside the sandbox
   * @param target absolute
   * @param root the sandbox in which the target is, and where it is made if it is missing; empty
   *     for a directory of the machine
   */
  record Link(Path at, Path target, Optional<Path> root) {

    private static Link inside(Path at, Path root, String path, String where)
        throws RefusedException {
      return new Link(at, VolumeLinks.inside(root, path, where), Optional.of(root));
    }
  }

  /**
   * Directories that a task may have a part of.
   *
   * @param sandbox of the task, absolute
   * @param parent that of the executor in whose group the task is
   */
  record Roots(Path sandbox, Optional<Path> parent) {}

  static VolumeLinks of(List<Volume> volumes, Roots roots) throws RefusedException {
    List<Link> links = new ArrayList<>();
    for (Volume volume : volumes) {
      links.add(link(volume, roots.sandbox(), roots.parent()));
    }
    return new VolumeLinks(List.copyOf(links));
  }

  private static Link link(Volume volume, Path sandbox, Optional<Path> parent)
      throws RefusedException {
    String where = volume.getContainerPath();
    if (where.startsWith("/")) {
      throw new RefusedException(
          "volume "
              + where
              + ": a plain process sees the machine's own directories, so that container_path must"
              + " be relative: a link in the sandbox");
    }
    if (volume.getMode() == Volume.Mode.RO) {
      throw new RefusedException(
          "volume " + where + ": RO cannot be enforced for a plain process; use RW");
    }
    if (volume.hasImage()) {
      throw new RefusedException("volume " + where + ": image volumes are not supported");
    }
    Path at = inside(sandbox, where, where);
    if (volume.hasHostPath()) {
      return host(at, volume.getHostPath(), sandbox, where);
    }
    Volume.Source source = volume.getSource();
    return switch (source.getType()) {
      case HOST_PATH -> {
        if (source.getHostPath().getMountPropagation().getMode() != MountPropagation.Mode.UNKNOWN) {
          throw new RefusedException(
              "volume " + where + ": a link cannot hand on mounts (mount_propagation)");
        }
        yield host(at, source.getHostPath().getPath(), sandbox, where);
      }
      case SANDBOX_PATH -> {
        Path root = sandbox;
        if (source.getSandboxPath().getType() == Volume.Source.SandboxPath.Type.PARENT) {
          root =
              parent.orElseThrow(() ->
                  new RefusedException(
                      "volume "
                          + where
                          + ": a sandbox path of type PARENT is for tasks of a group, which share"
                          + " the sandbox of their executor"));
        }
        yield Link.inside(at, root, source.getSandboxPath().getPath(), where);
      }
      case UNKNOWN ->
          throw new RefusedException("volume " + where + " has neither host_path nor a source");
      case DOCKER_VOLUME, SECRET, CSI_VOLUME ->
          throw new RefusedException(
              "volume "
                  + where
                  + ": source "
                  + source.getType()
                  + " is not supported for a plain process");
    };
  }

  private static Link host(Path at, String path, Path sandbox, String where)
      throws RefusedException {
    return path.startsWith("/")
        ? new Link(at, Path.of(path).normalize(), Optional.empty())
        : Link.inside(at, sandbox, path, where);
  }

  private static Path inside(Path sandbox, String path, String where) throws RefusedException {
    Path inside = sandbox.resolve(path).normalize();
    if (path.startsWith("/") || !inside.startsWith(sandbox) || inside.equals(sandbox)) {
      throw new RefusedException(
          "volume " + where + ": path '" + path + "' is not one inside the sandbox");
    }
    return inside;
  }

  /**
   * Makes them. What is in the sandbox already may come from anywhere, so that no link in it is
   * followed.
   *
   * @throws RefusedException if something is in the way, or a directory of the machine is missing
   */
  void make(Path sandbox, SandboxOwner owner) throws IOException, RefusedException {
    for (Link link : links) {
      if (link.root().isPresent()) {
        Files.createDirectories(link.root().get());
        makeDirectories(link.root().get(), link.target(), owner);
      } else if (!Files.exists(link.target())) {
        throw new RefusedException(
            "volume "
                + sandbox.relativize(link.at())
                + ": "
                + link.target()
                + " does not exist on this machine");
      }
      makeDirectories(sandbox, link.at().getParent(), owner);
      if (Files.exists(link.at(), LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedException(
            "volume "
                + sandbox.relativize(link.at())
                + ": something of that name is there already");
      }
      Files.createSymbolicLink(link.at(), link.target());
      owner.give(link.at());
    }
  }

  private static void makeDirectories(Path sandbox, @Nullable Path directory, SandboxOwner owner)
      throws IOException, RefusedException {
    if (directory == null || directory.equals(sandbox)) {
      return;
    }
    makeDirectories(sandbox, directory.getParent(), owner);
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedException(
          "volume: " + sandbox.relativize(directory) + " in the sandbox is no directory");
    }
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      // Tasks of a group make those that they share at the same time.
      makeDirectories(sandbox, directory, owner);
      return;
    }
    owner.give(directory);
  }
}
