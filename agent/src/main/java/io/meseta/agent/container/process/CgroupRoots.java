package io.meseta.agent.container.process;

import io.meseta.agent.container.cgroup.Cgroup;
import io.meseta.agent.container.cgroup.Cgroups;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Control groups below the root that is set, and below those that were set before. Any thread. */
final class CgroupRoots {

  private final String root;
  private final Map<String, Cgroups> known = new ConcurrentHashMap<>();

  /** With an empty root new containers have none. */
  CgroupRoots(String root) {
    this.root = root;
  }

  /** Why new containers have none; empty if they have. */
  Optional<String> whyOff() {
    return below(root).whyOff();
  }

  /** The root for new containers; empty if they have no control groups. */
  String current() {
    return whyOff().isPresent() ? "" : root;
  }

  /** The group of a container that was made below some root, empty if it has none. */
  Optional<Cgroup> of(String madeBelow, String container) {
    return madeBelow.isEmpty() ? Optional.empty() : below(madeBelow).of(container);
  }

  private Cgroups below(String name) {
    return known.computeIfAbsent(
        name, root -> root.isEmpty() ? Cgroups.off("--cgroups_root is empty") : Cgroups.find(root));
  }
}
