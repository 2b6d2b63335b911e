package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the engine's storage can hold a container to its disk. Asked once: an engine does not
 * change its storage while containers are there.
 */
final class DiskQuota {

  private static final Logger log = LoggerFactory.getLogger(DiskQuota.class);
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Set<String> ALWAYS = Set.of("btrfs", "zfs", "devicemapper");
  private static final Set<String> PROJECT_QUOTA = Set.of("prjquota", "pquota");

  private final boolean wanted;
  private volatile @Nullable Boolean can;

  DiskQuota(boolean wanted) {
    this.wanted = wanted;
  }

  /**
   * Whether containers are to be held to their disk; asks the engine if nobody has.
   *
   * @throws EngineException if it is wanted, and the engine does not tell
   */
  boolean isEnforced(EngineClient engine) throws EngineException, InterruptedException {
    if (!wanted) {
      return false;
    }
    Boolean known = can;
    if (known == null) {
      known = ask(engine.info());
      can = known;
    }
    return known;
  }

  private static boolean ask(Info info) {
    String driver = Objects.requireNonNullElse(info.getDriver(), "");
    String directory = Objects.requireNonNullElse(info.getDockerRootDir(), "/var/lib/docker");
    boolean can =
        ALWAYS.contains(driver) || (driver.equals("overlay2") && onXfsWithQuota(directory));
    if (can) {
      log.info("containers are held to their disk by the storage driver {}", driver);
    } else {
      log.warn(
          "--enforce_container_disk_quota is of no effect: storage driver {} on {} cannot hold a"
              + " container to its disk; use overlay2 on xfs mounted with pquota",
          driver,
          directory);
    }
    return can;
  }

  private static boolean onXfsWithQuota(String directory) {
    try {
      return onXfsWithQuota(Files.readAllLines(MOUNTS), directory);
    } catch (IOException e) {
      log.warn("{} cannot be read", MOUNTS, e);
      return false;
    }
  }

  /**
   * Whether the file system of a directory is xfs with project quotas.
   *
   * @param mounts lines as in {@code /proc/self/mountinfo}: mount point in the fifth field, after a
   *     lone hyphen the type, the source and the options of the file system
   */
  static boolean onXfsWithQuota(List<String> mounts, String directory) {
    Path wanted = Path.of(directory);
    int deepest = -1;
    boolean quota = false;
    for (String line : mounts) {
      List<String> fields = Arrays.asList(line.split(" ", -1));
      int hyphen = fields.indexOf("-");
      if (hyphen < 5 || fields.size() < hyphen + 4) {
        continue;
      }
      Path point = Path.of(fields.get(4));
      // Of two on one point, the later one is on top.
      if (wanted.startsWith(point) && point.getNameCount() >= deepest) {
        deepest = point.getNameCount();
        List<String> options = Arrays.asList(fields.get(hyphen + 3).split(",", -1));
        quota =
            fields.get(hyphen + 1).equals("xfs")
                && options.stream().anyMatch(PROJECT_QUOTA::contains);
      }
    }
    return quota;
  }
}
