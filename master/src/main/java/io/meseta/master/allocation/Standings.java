package io.meseta.master.allocation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/** Tells standings, from the orders in which the cycle asks. */
final class Standings {
  private final Ledger ledger;

  /** Shares are told as the next cycle would see them. */
  Standings(Ledger ledger) {
    this.ledger = ledger;
    ledger.tree().followTotals();
  }

  /** From the role below the root down to this one: that is how a cycle gets there. */
  List<Standing> line(ShareNode last) {
    var line = new ArrayList<Standing>();
    for (ShareNode node = last; node.parent != null; node = node.parent) {
      var standing = of(node, node.parent);
      boolean alone = !(node instanceof RoleNode) && standing.contenders() == 1;
      if (!alone || ShareNode.isSame(node, last)) {
        line.add(standing);
      }
    }
    Collections.reverse(line);
    return List.copyOf(line);
  }

  private Standing of(ShareNode node, ShareGroup group) {
    var before = new ArrayList<String>();
    int place = 0;
    int count = 0;
    for (Tier tier : Tier.IN_ORDER) {
      for (ShareNode each : group.order(tier)) {
        if (firstTier(each) != tier) {
          continue; // Counted where it is served first.
        }
        count++;
        if (ShareNode.isSame(each, node)) {
          place = count;
        } else if (place == 0 && before.size() < Standing.MOST_NAMES) {
          before.add(name(each));
        }
      }
    }
    var totals = ledger.totals();
    int dominant = node.allocated.dominantOf(totals);
    return new Standing(
        name(node),
        node.allocated.dominantShareOf(totals),
        dominant < 0 ? "" : ledger.names().name(dominant),
        (double) node.weightMilli() / ShareNode.WEIGHT_ONE,
        place == 0 ? OptionalInt.empty() : OptionalInt.of(place),
        count,
        place == 0 ? List.of() : List.copyOf(before));
  }

  private static Tier firstTier(ShareNode node) {
    for (Tier tier : Tier.IN_ORDER) {
      if (node.wantsIn(tier)) {
        return tier;
      }
    }
    throw new IllegalStateException("It is in an order, and wants nothing: " + node);
  }

  private static String name(ShareNode node) {
    if (node instanceof RoleNode role) {
      return Standing.name(role);
    }
    if (node instanceof Claim claim) {
      return Standing.name(claim.framework);
    }
    return Standing.nameOfOwn(Objects.requireNonNull(node.parent));
  }
}
