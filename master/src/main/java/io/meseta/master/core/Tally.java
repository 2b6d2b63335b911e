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

  /**
   * Not yet added, {@link #times} of it: tasks of one kind, which share it, come one after another.
   */
  private Resources several = Resources.EMPTY;

  private long times;

  void add(Resources resources) {
    change(resources, 1);
  }

  void subtract(Resources resources) {
    change(resources, -1);
  }

  @SuppressWarnings("ReferenceEquality") // what is not the same is only not as cheap
  private void change(Resources resources, int sign) {
    if (resources != several) {
      settle();
      several = resources;
    }
    times += sign;
  }

  private void settle() {
    if (times == 0) {
      return;
    }
    for (ResourceEntry entry : several.entries()) {
      if (entry.value() instanceof Scalar scalar) {
        total = null;
        milli.merge(entry.key().name(), Math.multiplyExact(times, scalar.milli()), Math::addExact);
      }
    }
    times = 0;
  }

  Quantities total() {
    settle();
    Quantities known = total;
    if (known == null) {
      known = Quantities.ofMilli(milli);
      total = known;
    }
    return known;
  }
}
