package io.meseta.master.allocation;

import io.meseta.common.resources.Resources;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes one object of equal resources: thousands of agents have the same. It knows those that were
 * met last, as many as there may be kinds of machines.
 */
final class ResourcePool {
  private static final int MOST = 256;

  private final LinkedHashMap<Resources, Resources> known = new LinkedHashMap<>();

  Resources share(Resources resources) {
    var same = known.remove(resources);
    var kept = same == null ? resources : same;
    known.put(kept, kept);
    if (known.size() > MOST) {
      Map.Entry<Resources, Resources> oldest = known.entrySet().iterator().next();
      known.remove(oldest.getKey());
    }
    return kept;
  }
}
