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
import java.util.List;
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
 * ROOT/volumes/.removed/…                     what is being deleted
 * </pre>
 *
 * <p>Any thread. {@link #create} and {@link #remove} are quick, whatever is in a volume: what is to
 * go is moved away at once, and deleted by the executor.
 */
public final class Volumes {

  private static final Logger log = LoggerFactory.getLogger(Volumes.class);

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
        .resolve("roles")
        .resolve(roleOf(volume).replace('/', ' '))
        .resolve(volume.getDisk().getPersistence().getId());
  }

  private Path volumesOf(Resource volume) {
    // Absolute, or relative to the work directory.
    return workDir.resolve(volume.getDisk().getSource().getPath().getRoot()).resolve("volumes");
  }

  @SuppressWarnings("deprecation") // Older frameworks still write the deprecated fields.
  private static String roleOf(Resource volume) {
    int last = volume.getReservationsCount() - 1;
    return last >= 0 ? volume.getReservations(last).getRole() : volume.getRole();
  }

  /** Makes an empty directory. What an earlier volume of the same name has left there goes away. */
  public void create(Resource volume) throws IOException {
    Path path = path(volume);
    if (Files.exists(path)) {
      log.warn("Persistent volume {} has left something in {}: it is deleted", name(volume), path);
      moveAway(volume, path);
    }
    Files.createDirectories(path);
  }

  /** The volume and what is in it are gone at once, and its space soon. */
  public void remove(Resource volume) throws IOException {
    Path path = path(volume);
    if (Files.exists(path)) {
      moveAway(volume, path);
    }
  }

  private static String name(Resource volume) {
    return volume.getDisk().getPersistence().getId();
  }

  private void moveAway(Resource volume, Path path) throws IOException {
    Path removed = Files.createDirectories(volumesOf(volume).resolve(".removed"));
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
