package io.meseta.common.resources;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Amounts by name, in thousandths, whatever they are reserved for: what a quota, a share or a
 * minimum is measured in. Immutable; names with nothing are left out.
 */
public final class Quantities {
  public static final Quantities EMPTY = new Quantities(new TreeMap<>());

  private final SortedMap<String, Long> milli;

  private Quantities(SortedMap<String, Long> milli) {
    this.milli = Collections.unmodifiableSortedMap(milli);
  }

  /**
   * Amounts given in thousandths.
   *
   * @throws IllegalArgumentException when an amount is negative
   */
  public static Quantities ofMilli(Map<String, Long> amounts) {
    var sorted = new TreeMap<String, Long>();
    for (var amount : amounts.entrySet()) {
      if (amount.getValue() < 0) {
        throw new IllegalArgumentException(amount.getKey() + " is negative: " + amount.getValue());
      }
      if (amount.getValue() > 0) {
        sorted.put(amount.getKey(), amount.getValue());
      }
    }
    return new Quantities(sorted);
  }

  /** The sums of the scalars; ranges and sets have no amount. */
  static Quantities of(Resources resources) {
    var sums = new TreeMap<String, Long>();
    for (ResourceEntry entry : resources.entries()) {
      if (entry.value() instanceof Scalar) {
        sums.merge(entry.key().name(), entry.scalarMilli(), Math::addExact);
      }
    }
    return new Quantities(sums);
  }

  /** Reads {@code cpus:0.01;mem:32}. */
  public static Quantities parse(String text) throws ResourceException {
    var resources = Resources.fromProto(ResourceText.parse(text.strip()));
    for (ResourceEntry entry : resources.entries()) {
      if (!(entry.value() instanceof Scalar) || !entry.key().isUnreserved()) {
        throw new ResourceException(
            "'" + entry + "' is not an amount: only name:number can be one");
      }
    }
    return of(resources);
  }

  /** In thousandths; 0 when there is none. */
  public long get(String name) {
    return milli.getOrDefault(name, 0L);
  }

  public SortedMap<String, Long> asMap() {
    return milli;
  }

  public boolean isEmpty() {
    return milli.isEmpty();
  }

  /** Whether there is at least as much here of everything that {@code other} has. */
  public boolean contains(Quantities other) {
    for (Map.Entry<String, Long> wanted : other.milli.entrySet()) {
      if (get(wanted.getKey()) < wanted.getValue()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Both together, name by name.
   *
   * @throws ArithmeticException when a sum gets too large to be counted
   */
  public Quantities plus(Quantities other) {
    var sums = new TreeMap<>(milli);
    other.milli.forEach((name, amount) -> sums.merge(name, amount, Math::addExact));
    return new Quantities(sums);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Quantities that && milli.equals(that.milli);
  }

  @Override
  public int hashCode() {
    return milli.hashCode();
  }

  /** {@code cpus:0.01;mem:32}. */
  @Override
  public String toString() {
    return milli.entrySet().stream()
        .map(e -> e.getKey() + ":" + new Scalar(e.getValue()))
        .collect(Collectors.joining(";"));
  }
}
