package io.meseta.agent.sandbox;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The persistent volumes of one agent, laid out as those of Mesos; a {@code /} in a role is a space
 * there:
 *
 * <pre>
 * ROOT/volumes/roles/ROLE/PERSISTENCE_ID      ROOT: the work directory, or that of a PATH disk
 * ROOT/volumes/.made/ROLE/PERSISTENCE_ID      which operation has made it
 * ROOT/volumes/.removed/…                     what is being deleted
 * </pre>
 *
 * <p>Any thread. {@link #create} and {@link #remove} are quick, whatever is in a volume: what is to
 * go is moved away at once, and deleted by the executor.
 */
public final class Volumes {

  private static final Logger log = LoggerFactory.getLogger(Volumes.class);

  private static final String DIRECTORIES = "roles";
  private static final String ORIGINS = ".made";

  private final Path workDir;
  private final Executor deleting;

  /**
   * Nothing is made yet.
   *
   * @param deleting does what takes long; it may drop what it is given when the agent ends, as the
   *     next removal deletes that, too
   */
  public Volumes(Path workDir, Executor deleting) {
    this.workDir = workDir.toAbsolutePath().normalize();
    this.deleting = deleting;
  }

  /** Where a volume is, or would be. */
  public Path path(Resource volume) {
    return volumesOf(volume)
        .resolve(DIRECTORIES)
        .resolve(roleOf(volume).replace('/', ' '))
        .resolve(volume.getDisk().getPersistence().getId());
  }

  private Path volumesOf(Resource volume) {
    // Absolute, or relative to the work directory.
    return workDir.resolve(volume.getDisk().getSource().getPath().getRoot()).resolve("volumes");
  }

  private Path originOf(Resource volume) {
    Path volumes = volumesOf(volume);
    return volumes
        .resolve(ORIGINS)
        .resolve(volumes.resolve(DIRECTORIES).relativize(path(volume)).toString());
  }

  @SuppressWarnings("deprecation") // Older frameworks still write the deprecated fields.
  private static String roleOf(Resource volume) {
    int last = volume.getReservationsCount() - 1;
    return last >= 0 ? volume.getReservations(last).getRole() : volume.getRole();
  }

  /**
   * Makes an empty directory, unless it was made by the same operation before. What an earlier
   * volume of the same name has left there goes away.
   *
   * @param origin of the operation; one line
   */
  public void create(Resource volume, String origin) throws IOException {
    Path path = path(volume);
    Path made = originOf(volume);
    if (Files.exists(path)) {
      if (Files.exists(made) && Files.readString(made).equals(origin)) {
        return;
      }
      log.warn("Persistent volume {} has left something in {}: it is deleted", name(volume), path);
      moveAway(volume, path);
    }
    Files.createDirectories(path);
    write(made, origin);
  }

  /**
   * The same for a volume that is there for longer, which an earlier process may not have come to
   * make. A directory of which nothing is known is taken for its own: better to keep what is not
   * needed than to delete what is.
   */
  public void keep(Resource volume, String origin) throws IOException {
    Path made = originOf(volume);
    if (Files.exists(path(volume)) && !Files.exists(made)) {
      write(made, origin);
    } else {
      create(volume, origin);
    }
  }

  /** All of it or nothing, and after the directory is as it should be. */
  private static void write(Path made, String origin) throws IOException {
    Path directory = Files.createDirectories(parent(made));
    Path whole = Files.createTempFile(directory, "origin", "");
    Files.writeString(whole, origin);
    Files.move(whole, made, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path parent(Path made) {
    return Objects.requireNonNull(made.getParent(), "an origin is below the volumes");
  }

  /** The volume and what is in it are gone at once, and its space soon. */
  public void remove(Resource volume) throws IOException {
    Path path = path(volume);
    if (Files.exists(path)) {
      moveAway(volume, path);
    }
    Files.deleteIfExists(originOf(volume));
  }

  /**
   * Removes the volumes that this agent has made and has no more. What was made by nobody, or by
   * another agent that had this work directory, stays.
   *
   * @param agent with which their origins begin, followed by a slash
   * @param kept those that it has
   * @param disks where its volumes may be, besides the work directory
   */
  public void removeOthers(String agent, List<Resource> kept, List<Resource> disks)
      throws IOException {
    Set<Path> wanted = new HashSet<>();
    kept.forEach(volume -> wanted.add(originOf(volume)));
    Set<Path> roots = new LinkedHashSet<>();
    roots.add(volumesOf(Resource.getDefaultInstance()));
    disks.forEach(disk -> roots.add(volumesOf(disk)));
    for (Path root : roots) {
      for (Path made : originsBelow(root)) {
        if (!wanted.contains(made) && Files.readString(made).startsWith(agent + "/")) {
          Path directory =
              root.resolve(DIRECTORIES).resolve(root.resolve(ORIGINS).relativize(made));
          log.info("What a destroyed volume has left in {} is deleted", directory);
          if (Files.exists(directory)) {
            moveAway(root, directory);
          }
          Files.delete(made);
        }
      }
    }
  }

  private static List<Path> originsBelow(Path root) throws IOException {
    Path origins = root.resolve(ORIGINS);
    if (!Files.exists(origins)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(origins)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static String name(Resource volume) {
    return volume.getDisk().getPersistence().getId();
  }

  private void moveAway(Resource volume, Path path) throws IOException {
    moveAway(volumesOf(volume), path);
  }

  private void moveAway(Path root, Path path) throws IOException {
    Path removed = Files.createDirectories(root.resolve(".removed"));
    Files.move(
        path,
        Files.createTempDirectory(removed, "volume").resolve("content"),
        StandardCopyOption.ATOMIC_MOVE);
    deleting.execute(() -> deleteBelow(removed));
  }

  private static void deleteBelow(Path removed) {
    try (Stream<Path> found = Files.walk(removed)) {
      // Contents before their directories.
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(removed)) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      log.error(
          "What is left of removed persistent volumes in {} could not be deleted: {}. Delete it by"
              + " hand if the next removal does not",
          removed,
          e.toString());
    }
  }

  /**
   * The task with each persistent volume among its resources as a volume of its container, whose
   * directory exists afterwards.
   */
  public TaskInfo mounted(TaskInfo task) throws IOException {
    List<Volume> mounts = new ArrayList<>();
    for (Resource resource : task.getResourcesList()) {
      if (resource.getDisk().hasPersistence()) {
        Path path = path(resource);
        Files.createDirectories(path);
        mounts.add(
            Volume.newBuilder()
                .setContainerPath(resource.getDisk().getVolume().getContainerPath())
                .setHostPath(path.toString())
                .setMode(resource.getDisk().getVolume().getMode())
                .build());
      }
    }
    if (mounts.isEmpty() || !task.hasContainer()) {
      // Without a container it is refused by whoever was to run it.
      return task;
    }
    TaskInfo.Builder changed = task.toBuilder();
    changed.getContainerBuilder().addAllVolumes(mounts);
    return changed.build();
  }
}
