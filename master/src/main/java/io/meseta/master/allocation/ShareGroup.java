package io.meseta.master.allocation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Those who share what a role gets, in the order in which they are served, tier by tier. Only who
 * wants offers is in an order.
 *
 * <p>The orders are arrays: looking for a place takes O(log n) comparisons, and moving somebody
 * moves what lies between, which for thousands is faster than a tree and makes no garbage.
 */
class ShareGroup extends ShareNode {
  private final ArrayList<ShareNode> owed = new ArrayList<>(0);
  private final ArrayList<ShareNode> normal = new ArrayList<>(0);
  private final ArrayList<ShareNode> resting = new ArrayList<>(0);

  ShareGroup(@Nullable ShareGroup parent, long age) {
    super(parent, age);
  }

  /** Who wants offers in this tier, first who is served first. Not to be changed by callers. */
  final ArrayList<ShareNode> order(Tier tier) {
    return switch (tier) {
      case OWED -> owed;
      case NORMAL -> normal;
      case RESTING -> resting;
    };
  }

  @Override
  final boolean wantsIn(Tier tier) {
    return !order(tier).isEmpty();
  }

  private boolean wantsAtAll() {
    return !owed.isEmpty() || !normal.isEmpty() || !resting.isEmpty();
  }

  /** Takes it into the order of a tier, and this group into those above. */
  final void insert(ShareNode child, Tier tier, Amounts totals) {
    if (parent != null && !wantsIn(tier)) {
      if (!wantsAtAll()) {
        computeShare(totals);
      }
      parent.insert(this, tier, totals);
    }
    putBack(child, order(tier));
  }

  /** Takes it out of the order of a tier, and this group out of those above if it was the last. */
  final void remove(ShareNode child, Tier tier) {
    takeOut(child, order(tier));
    if (parent != null && !wantsIn(tier)) {
      parent.remove(this, tier);
    }
  }

  /** Before a child's share changes. */
  final void takeOut(ShareNode child) {
    for (Tier tier : Tier.IN_ORDER) {
      if (child.wantsIn(tier)) {
        takeOut(child, order(tier));
      }
    }
  }

  /** After it has changed. */
  final void putBack(ShareNode child) {
    for (Tier tier : Tier.IN_ORDER) {
      if (child.wantsIn(tier)) {
        putBack(child, order(tier));
      }
    }
  }

  private static void putBack(ShareNode child, List<ShareNode> order) {
    int place = order.isEmpty() ? -1 : Collections.binarySearch(order, child);
    if (place >= 0) {
      throw new IllegalStateException("It is in the order already: " + child);
    }
    order.add(-place - 1, child);
  }

  private static void takeOut(ShareNode child, List<ShareNode> order) {
    int place = order.size() == 1 ? 0 : Collections.binarySearch(order, child);
    if (place < 0 || !isSame(order.get(place), child)) {
      throw new IllegalStateException("It is not where it belongs in the order: " + child);
    }
    order.remove(place);
  }

  /** All shares below are others now. */
  final void recompute(Amounts totals) {
    for (Tier tier : Tier.IN_ORDER) {
      var order = order(tier);
      for (int i = 0; i < order.size(); i++) {
        var child = order.get(i);
        child.computeShare(totals);
        if (child instanceof ShareGroup group) {
          group.recompute(totals);
        }
      }
    }
    for (Tier tier : Tier.IN_ORDER) {
      order(tier).sort(null);
    }
  }
}
