package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * Amounts in thousandths by the numbers of {@link ResourceNames}. Changed in place: what shares are
 * kept in.
 */
final class Amounts {
  private static final int FIRST_CAPACITY = 4;

  private long[] milli = {};

  long get(int name) {
    return name < milli.length ? milli[name] : 0;
  }

  /** One more than the last name that may have an amount. */
  int end() {
    return milli.length;
  }

  void add(int name, long more) {
    if (name >= milli.length) {
      milli = Arrays.copyOf(milli, Math.max(FIRST_CAPACITY, name + 1));
    }
    milli[name] = Math.addExact(milli[name], more);
  }

  void set(int name, long amount) {
    add(name, amount - get(name));
  }

  void plus(Amounts other) {
    for (int name = 0; name < other.milli.length; name++) {
      if (other.milli[name] != 0) {
        add(name, other.milli[name]);
      }
    }
  }

  void minus(Amounts other) {
    for (int name = 0; name < other.milli.length; name++) {
      if (other.milli[name] != 0) {
        add(name, -other.milli[name]);
      }
    }
  }

  void clear() {
    Arrays.fill(milli, 0);
  }

  boolean isZero() {
    for (long amount : milli) {
      if (amount != 0) {
        return false;
      }
    }
    return true;
  }

  /** The largest part that this is of the totals; what nobody has any more counts for nothing. */
  double dominantShareOf(Amounts totals) {
    double largest = 0;
    for (int name = 0; name < milli.length; name++) {
      long total = totals.get(name);
      if (milli[name] != 0 && total > 0) {
        // Exact up to 2 to the 53 thousandths, so that equal shares are equal.
        largest = Math.max(largest, (double) milli[name] / (double) total);
      }
    }
    return largest;
  }

  /** Of what this has the largest part, or -1. */
  int dominantOf(Amounts totals) {
    double share = dominantShareOf(totals);
    for (int name = 0; name < milli.length; name++) {
      long total = totals.get(name);
      if (milli[name] != 0 && total > 0 && (double) milli[name] / (double) total >= share) {
        return name;
      }
    }
    return -1;
  }

  /** Whether one of both is the other one times some number. */
  boolean isProportionalTo(Amounts other) {
    int end = Math.max(milli.length, other.milli.length);
    int first = 0;
    while (first < end && get(first) == 0 && other.get(first) == 0) {
      first++;
    }
    for (int name = first; name < end; name++) {
      // a[name] / a[first] == b[name] / b[first], in 128 bits.
      if ((get(name) == 0) != (other.get(name) == 0)
          || Math.multiplyHigh(get(name), other.get(first))
              != Math.multiplyHigh(other.get(name), get(first))
          || get(name) * other.get(first) != other.get(name) * get(first)) {
        return false;
      }
    }
    return true;
  }

  void copyFrom(Amounts other) {
    milli = Arrays.copyOf(other.milli, other.milli.length);
  }

  Quantities quantities(ResourceNames names) {
    var sums = new TreeMap<String, Long>();
    for (int name = 0; name < milli.length; name++) {
      if (milli[name] != 0) {
        sums.put(names.name(name), milli[name]);
      }
    }
    return Quantities.ofMilli(sums);
  }

  @Override
  public String toString() {
    return Arrays.toString(milli);
  }
}
