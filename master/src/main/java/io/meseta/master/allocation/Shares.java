package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Claimants (roles, or the frameworks of a role) in the order in which they are served: smallest
 * weighted dominant share first; among equals the one that has been served less often, then by
 * name.
 *
 * <p>Only active claimants are in the order, but what an inactive one holds is remembered, so that
 * its share is right when it comes back. A claimant that is inactive and holds nothing is
 * forgotten.
 */
final class Shares<K extends Comparable<K>> {
  static final long WEIGHT_ONE = 1000;

  private final ClusterTotals totals;
  private final TreeMap<K, Claimant<K>> claimants = new TreeMap<>();
  private final TreeSet<Claimant<K>> order = new TreeSet<>(Comparator.naturalOrder());
  private long orderedAt;

  Shares(ClusterTotals totals) {
    this.totals = totals;
    this.orderedAt = totals.version();
  }

  void activate(K key) {
    update(key, claimant -> claimant.active = true);
  }

  void deactivate(K key) {
    update(key, claimant -> claimant.active = false);
  }

  void setWeight(K key, long weight) {
    update(key, claimant -> claimant.weight = weight);
  }

  /** It holds more, as something that was granted: it has been served once more. */
  void serve(K key, Quantities quantities) {
    charge(key, quantities);
    update(key, claimant -> claimant.timesServed++);
  }

  /** It holds more. */
  void charge(K key, Quantities quantities) {
    update(
        key,
        claimant ->
            quantities
                .asMap()
                .forEach((name, more) -> claimant.allocated.merge(name, more, Math::addExact)));
  }

  /** It has given something back. */
  void release(K key, Quantities quantities) {
    update(
        key,
        claimant ->
            quantities
                .asMap()
                .forEach((name, less) ->
                    claimant.allocated.merge(
                        name, -less, (was, minus) -> was + minus == 0 ? null : was + minus)));
  }

  Quantities allocated(K key) {
    var claimant = claimants.get(key);
    return claimant == null ? Quantities.EMPTY : Quantities.ofMilli(claimant.allocated);
  }

  boolean isActive(K key) {
    var claimant = claimants.get(key);
    return claimant != null && claimant.active;
  }

  boolean hasActive() {
    return !order.isEmpty();
  }

  Iterable<K> keys() {
    return Collections.unmodifiableSet(claimants.keySet());
  }

  /** The active ones, who is to be served first at the front. Not to be changed meanwhile. */
  Iterable<K> ascending() {
    reorderIfTotalsChanged();
    return () -> {
      Iterator<Claimant<K>> claimants = order.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return claimants.hasNext();
        }

        @Override
        public K next() {
          return claimants.next().key;
        }
      };
    };
  }

  private interface Change<K extends Comparable<K>> {
    void apply(Claimant<K> claimant);
  }

  /** Out of the order, changed, and in again at its new place. */
  private void update(K key, Change<K> change) {
    reorderIfTotalsChanged();
    var claimant = claimants.computeIfAbsent(key, Claimant::new);
    order.remove(claimant);
    change.apply(claimant);
    claimant.share = Share.dominant(claimant.allocated, totals);
    if (claimant.active) {
      order.add(claimant);
    } else if (claimant.allocated.isEmpty() && claimant.weight == WEIGHT_ONE) {
      claimants.remove(key);
    }
  }

  private void reorderIfTotalsChanged() {
    if (orderedAt == totals.version()) {
      return;
    }
    orderedAt = totals.version();
    order.clear();
    for (var claimant : claimants.values()) {
      claimant.share = Share.dominant(claimant.allocated, totals);
      if (claimant.active) {
        order.add(claimant);
      }
    }
  }

  private static final class Claimant<K extends Comparable<K>> implements Comparable<Claimant<K>> {
    private final K key;
    private final TreeMap<String, Long> allocated = new TreeMap<>();
    private Share share = Share.NONE;
    private long weight = WEIGHT_ONE;
    private long timesServed;
    private boolean active;

    private Claimant(K key) {
      this.key = key;
    }

    @Override
    public int compareTo(Claimant<K> other) {
      int byShare = share.compareWeighted(weight, other.share, other.weight);
      if (byShare != 0) {
        return byShare;
      }
      int byTimesServed = Long.compare(timesServed, other.timesServed);
      return byTimesServed != 0 ? byTimesServed : key.compareTo(other.key);
    }
  }
}
