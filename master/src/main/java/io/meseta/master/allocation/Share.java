package io.meseta.master.allocation;

import java.math.BigInteger;
import java.util.Map;

/**
 * A dominant share as an exact fraction: of the resource of which someone has most, how much of how
 * much. Compared without rounding, so that equal shares are equal.
 */
record Share(long allocated, long total) {
  static final Share NONE = new Share(0, 1);

  /** The largest of all fractions. A resource that no agent has any more counts for nothing. */
  static Share dominant(Map<String, Long> allocated, ClusterTotals totals) {
    var largest = NONE;
    for (var amount : allocated.entrySet()) {
      long total = totals.get(amount.getKey());
      if (total > 0) {
        var share = new Share(amount.getValue(), total);
        if (share.compareWeighted(1, largest, 1) > 0) {
          largest = share;
        }
      }
    }
    return largest;
  }

  /** Compares {@code this/weight} with {@code other/otherWeight}; weights are positive. */
  int compareWeighted(long weight, Share other, long otherWeight) {
    // a/(t·w) < b/(u·v)  ⇔  (a·v)·u < (b·w)·t, all of them not negative.
    if (fits(allocated, otherWeight) && fits(other.allocated, weight)) {
      return compareProducts(allocated * otherWeight, other.total, other.allocated * weight, total);
    }
    return product(allocated, otherWeight, other.total)
        .compareTo(product(other.allocated, weight, total));
  }

  private static boolean fits(long a, long b) {
    return Math.multiplyHigh(a, b) == 0 && a * b >= 0;
  }

  /** In 128 bits. */
  private static int compareProducts(long a, long b, long c, long d) {
    int high = Long.compare(Math.multiplyHigh(a, b), Math.multiplyHigh(c, d));
    return high != 0 ? high : Long.compareUnsigned(a * b, c * d);
  }

  private static BigInteger product(long a, long b, long c) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).multiply(BigInteger.valueOf(c));
  }
}
