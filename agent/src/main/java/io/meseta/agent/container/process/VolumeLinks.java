package io.meseta.agent.container.process;

import io.meseta.api.v1.MountPropagation;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
   * @param target absolute; one inside the sandbox is made where it is missing
   */
  record Link(Path at, Path target) {}

  static VolumeLinks of(List<Volume> volumes, Path sandbox) throws RefusedException {
    List<Link> links = new ArrayList<>();
    for (Volume volume : volumes) {
      links.add(link(volume, sandbox));
    }
    return new VolumeLinks(List.copyOf(links));
  }

  private static Link link(Volume volume, Path sandbox) throws RefusedException {
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
    return new Link(inside(sandbox, where, where), target(volume, sandbox, where));
  }

  private static Path target(Volume volume, Path sandbox, String where) throws RefusedException {
    if (volume.hasHostPath()) {
      return host(volume.getHostPath(), sandbox, where);
    }
    Volume.Source source = volume.getSource();
    return switch (source.getType()) {
      case HOST_PATH -> {
        if (source.getHostPath().getMountPropagation().getMode() != MountPropagation.Mode.UNKNOWN) {
          throw new RefusedException(
              "volume " + where + ": a link cannot hand on mounts (mount_propagation)");
        }
        yield host(source.getHostPath().getPath(), sandbox, where);
      }
      case SANDBOX_PATH -> {
        if (source.getSandboxPath().getType() == Volume.Source.SandboxPath.Type.PARENT) {
          throw new RefusedException(
              "volume " + where + ": a sandbox path of type PARENT needs a nested container");
        }
        yield inside(sandbox, source.getSandboxPath().getPath(), where);
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

  private static Path host(String path, Path sandbox, String where) throws RefusedException {
    return path.startsWith("/") ? Path.of(path).normalize() : inside(sandbox, path, where);
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
      if (link.target().startsWith(sandbox)) {
        makeDirectories(sandbox, link.target(), owner);
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
    Files.createDirectory(directory);
    owner.give(directory);
  }
}
