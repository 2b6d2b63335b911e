package io.meseta.master.core;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sum of amounts from many agents. Only of amounts: port 31000 of one agent and of another do not
 * make a sum from which one of them could be taken away again.
 */
final class Tally {

  private final TreeMap<String, Long> milli = new TreeMap<>();
  private @Nullable Quantities total = Quantities.EMPTY;

  void add(Resources resources) {
    change(resources, 1);
  }

  void subtract(Resources resources) {
    change(resources, -1);
  }

  private void change(Resources resources, int sign) {
    for (ResourceEntry entry : resources.entries()) {
      if (entry.value() instanceof Scalar scalar) {
        total = null;
        milli.merge(entry.key().name(), sign * scalar.milli(), Math::addExact);
      }
    }
  }

  Quantities total() {
    Quantities known = total;
    if (known == null) {
      known = Quantities.ofMilli(milli);
      total = known;
    }
    return known;
  }
}
