package io.meseta.testkit.simulation.cluster;

import io.meseta.agent.core.MadeVolume;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.testkit.simulation.check.AgentOperationChecks;
import io.meseta.testkit.simulation.world.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The directories of persistent volumes on one machine's disk: they outlive its processes and its
 * reboots. Each task writes its name into its volumes, and has to find there the names of all that
 * had the same volume before it, and no others.
 */
final class VolumeDisk {

  private static final class Directory {
    private final String origin;
    private final List<String> names = new ArrayList<>();

    Directory(String origin) {
      this.origin = origin;
    }
  }

  private final String host;
  private final TreeMap<String, Directory> directories = new TreeMap<>();

  /** What was written into each volume, by the operation that made it. */
  private final TreeMap<String, List<String>> written = new TreeMap<>();

  VolumeDisk(String host) {
    this.host = host;
  }

  @SuppressWarnings("deprecation") // Older frameworks still write the deprecated fields.
  private static String path(Resource volume) {
    int last = volume.getReservationsCount() - 1;
    String role = last >= 0 ? volume.getReservations(last).getRole() : volume.getRole();
    return role + "/" + volume.getDisk().getPersistence().getId();
  }

  void create(MadeVolume made) {
    Directory there = directories.get(path(made.volume()));
    if (there == null || !there.origin.equals(made.origin())) {
      directories.put(path(made.volume()), new Directory(made.origin()));
    }
  }

  void remove(Resource volume) {
    directories.remove(path(volume));
  }

  /** As at the start of an agent: these are its volumes. */
  void keep(String agent, List<MadeVolume> volumes) {
    volumes.forEach(this::create);
    Set<String> kept = new HashSet<>();
    volumes.forEach(made -> kept.add(path(made.volume())));
    directories
        .entrySet()
        .removeIf(entry ->
            !kept.contains(entry.getKey()) && entry.getValue().origin.startsWith(agent + "/"));
  }

  /** A container is launched: it uses its volumes from now on. */
  void use(TaskInfo task, AgentOperationChecks truth) {
    for (Resource resource : task.getResourcesList()) {
      if (resource.getDisk().hasPersistence()) {
        use(resource, task.getTaskId().getValue(), truth);
      }
    }
  }

  private void use(Resource volume, String task, AgentOperationChecks truth) {
    String origin =
        truth
            .originOf(volume)
            .orElseThrow(() ->
                new Violation(
                    host + " runs task " + task + " on a volume that is not there: " + path(volume),
                    "\"" + task + "\"",
                    host));
    // One that is missing is made for the container.
    Directory there =
        directories.computeIfAbsent(path(volume), unused -> new Directory("without an origin"));
    List<String> expected = written.computeIfAbsent(origin, unused -> new ArrayList<>());
    if (!there.names.equals(expected)) {
      throw new Violation(
          host
              + " runs task "
              + task
              + " on volume "
              + path(volume)
              + ", which holds what "
              + there.names
              + " have written and should hold what "
              + expected
              + " have written",
          "\"" + task + "\"",
          host);
    }
    there.names.add(task);
    expected.add(task);
  }

  /** Volumes that this agent has made and that are there. */
  List<String> madeBy(String agent) {
    List<String> found = new ArrayList<>();
    directories.forEach((path, directory) -> {
      if (directory.origin.startsWith(agent + "/")) {
        found.add(path);
      }
    });
    return found;
  }
}
