package io.meseta.testkit.simulation.check;

import io.meseta.common.resources.Resources;

/** What a machine has, and what of it is really in use. */
final class Usage {
  private Resources total = Resources.EMPTY;
  private Resources inUse = Resources.EMPTY;

  void total(Resources now) {
    total = now;
  }

  Resources inUse() {
    return inUse;
  }

  /** Somebody needs this from now on. */
  void take(TaskHistory task, String name, Resources needed) {
    if (inUse.overlaps(needed) || !total.contains(inUse.plus(needed))) {
      throw Ledger.violation(task, name + " is to run [" + needed + "] more, " + this);
    }
    inUse = inUse.plus(needed);
  }

  /** The same for what is no task. */
  boolean takeIfFree(Resources needed) {
    boolean free = !inUse.overlaps(needed) && total.contains(inUse.plus(needed));
    inUse = free ? inUse.plus(needed) : inUse;
    return free;
  }

  void giveBack(Resources unneeded) {
    inUse = inUse.minusOrThrow(unneeded);
  }

  void clear() {
    inUse = Resources.EMPTY;
  }

  @Override
  public String toString() {
    return "and has [" + total + "], of which [" + inUse + "] are in use";
  }
}
