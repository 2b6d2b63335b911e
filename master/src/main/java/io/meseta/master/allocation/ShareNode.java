package io.meseta.master.allocation;

import org.jspecify.annotations.Nullable;

/**
 * Someone with a share: a role, the frameworks that a role has itself, or one of those.
 *
 * <p>Ordered as they are served: smallest weighted dominant share first; among equals who has been
 * served less often, then who has been there longer.
 */
abstract class ShareNode implements Comparable<ShareNode> {
  static final long WEIGHT_ONE = 1000;

  final @Nullable ShareGroup parent;
  final int depth;
  final Amounts allocated = new Amounts();
  private final long age;
  private long weightMilli = WEIGHT_ONE;
  private double share;
  private long timesServed;

  ShareNode(@Nullable ShareGroup parent, long age) {
    this.parent = parent;
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.age = age;
  }

  /** Whether anybody here wants offers in this tier, so that it is in the parent's order of it. */
  abstract boolean wantsIn(Tier tier);

  /** Only while it is in no order. */
  void computeShare(Amounts totals) {
    share = allocated.dominantShareOf(totals) * WEIGHT_ONE / weightMilli;
  }

  void setWeight(long milli) {
    weightMilli = milli;
  }

  long weightMilli() {
    return weightMilli;
  }

  /** Only while it is in no order. */
  void countServed() {
    timesServed++;
  }

  double share() {
    return share;
  }

  @Override
  @SuppressWarnings("EqualsCompareTo") // Each is equal to itself only, and no two compare as equal.
  public int compareTo(ShareNode other) {
    int order = Double.compare(share, other.share);
    if (order == 0) {
      order = Long.compare(timesServed, other.timesServed);
    }
    return order != 0 ? order : Long.compare(age, other.age);
  }

  /** Who of both is served first, wherever in the tree they are; neither is above the other. */
  static int compareInTree(ShareNode left, ShareNode right) {
    var a = left;
    var b = right;
    while (a.depth > b.depth && a.parent != null) {
      a = a.parent;
    }
    while (b.depth > a.depth && b.parent != null) {
      b = b.parent;
    }
    while (!isSame(a.parent, b.parent) && a.parent != null && b.parent != null) {
      a = a.parent;
      b = b.parent;
    }
    return a.compareTo(b);
  }

  @SuppressWarnings("ReferenceEquality") // There is one object for each.
  static boolean isSame(@Nullable ShareNode left, @Nullable ShareNode right) {
    return left == right;
  }
}
