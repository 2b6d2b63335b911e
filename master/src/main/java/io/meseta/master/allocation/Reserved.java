package io.meseta.master.allocation;

import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which of some resources are reserved for whom. */
final class Reserved {
  private Reserved() {}

  /** By the role of the innermost reservation. */
  static SortedMap<String, Resources> byRole(Resources resources) {
    var entries = new TreeMap<String, List<ResourceEntry>>();
    for (ResourceEntry entry : resources.entries()) {
      entry
          .key()
          .reservationRole()
          .ifPresent(role -> entries.computeIfAbsent(role, r -> new ArrayList<>()).add(entry));
    }
    var byRole = new TreeMap<String, Resources>();
    entries.forEach((role, some) -> byRole.put(role, Resources.of(some)));
    return byRole;
  }
}
