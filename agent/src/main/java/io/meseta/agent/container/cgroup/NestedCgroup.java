package io.meseta.agent.container.cgroup;

import io.meseta.agent.container.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A group inside a container's, for what can be ended without it. It is one of its own only in the
 * tree that tracks processes; in others its processes are in the container's group.
 */
final class NestedCgroup extends CgroupSupport {

  private final CgroupSupport outer;
  private final Path own;

  NestedCgroup(CgroupSupport outer, Path own) {
    super(outer.files());
    this.outer = outer;
    this.own = own;
  }

  @Override
  Path tracking() {
    return own;
  }

  @Override
  List<Path> directories() {
    return List.of(own);
  }

  /** Never makes the outer one: who comes when that has gone must not bring it back. */
  @Override
  public void create() throws IOException {
    files().makeDirectory(own);
  }

  @Override
  public void limit(ResourceLimits limits, long maxProcesses) {
    throw new UnsupportedOperationException("it has the limits of the group that it is in");
  }

  @Override
  public List<Path> joinedBy() {
    Path instead = outer.tracking().resolve(PROCESSES);
    return outer.joinedBy().stream()
        .map(file -> file.equals(instead) ? own.resolve(PROCESSES) : file)
        .toList();
  }

  @Override
  boolean canFreeze() {
    return false;
  }

  @Override
  void askToFreeze(boolean frozen) {
    throw new UnsupportedOperationException("it is frozen with the group that it is in");
  }

  @Override
  boolean isFrozen() {
    return false;
  }

  @Override
  public long outOfMemoryKills() throws IOException {
    return outer.outOfMemoryKills();
  }

  @Override
  void beginToKill() throws IOException {
    if (Files.exists(own.resolve("cgroup.kill"))) {
      files().write(own.resolve("cgroup.kill"), "1");
    } else if (Files.exists(own.resolve("pids.max"))) {
      files().write(own.resolve("pids.max"), "0");
    }
  }

  @Override
  public Cgroup nested(String name) {
    throw new UnsupportedOperationException("one level is enough");
  }
}
