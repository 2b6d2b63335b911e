package io.meseta.master.allocation;

import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import java.util.List;

/**
 * What resources amount to: all of them, as shares count, and those that are neither reserved nor
 * revocable, as quotas count. One object is filled again and again.
 */
final class Sums {
  private final ResourceNames names;
  final Amounts all = new Amounts();
  final Amounts unreserved = new Amounts();

  Sums(ResourceNames names) {
    this.names = names;
  }

  /** Forgets what was there. */
  Sums of(Resources resources) {
    all.clear();
    unreserved.clear();
    List<ResourceEntry> entries = resources.entries();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      if (entry.value() instanceof Scalar scalar) {
        int name = names.number(entry.key().name());
        // Of a shared volume everybody who uses it has all.
        long milli = Math.multiplyExact(scalar.milli(), (long) entry.copies());
        all.add(name, milli);
        if (isOfQuota(entry)) {
          unreserved.add(name, milli);
        }
      }
    }
    return this;
  }

  static boolean isOfQuota(ResourceEntry entry) {
    return entry.key().isUnreserved() && !entry.key().revocable();
  }
}
