package io.meseta.common.resources;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Named items, sorted, such as the devices of a machine. */
public final class SetValue implements ResourceValue {
  public static final SetValue EMPTY = new SetValue(new TreeSet<>());

  private final SortedSet<String> items;

  private SetValue(SortedSet<String> items) {
    this.items = Collections.unmodifiableSortedSet(items);
  }

  public static SetValue of(Collection<String> items) {
    return new SetValue(new TreeSet<>(items));
  }

  public SortedSet<String> items() {
    return items;
  }

  @Override
  public Kind kind() {
    return Kind.SET;
  }

  @Override
  public boolean isEmpty() {
    return items.isEmpty();
  }

  @Override
  public SetValue plus(ResourceValue other) {
    var both = new TreeSet<>(items);
    both.addAll(same(other).items);
    return new SetValue(both);
  }

  @Override
  public Optional<ResourceValue> minus(ResourceValue other) {
    return contains(other) ? Optional.of(without(other)) : Optional.empty();
  }

  @Override
  public SetValue without(ResourceValue other) {
    var rest = new TreeSet<>(items);
    rest.removeAll(same(other).items);
    return new SetValue(rest);
  }

  @Override
  public boolean contains(ResourceValue other) {
    return items.containsAll(same(other).items);
  }

  @Override
  public boolean overlaps(ResourceValue other) {
    return !Collections.disjoint(items, same(other).items);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SetValue that && items.equals(that.items);
  }

  @Override
  public int hashCode() {
    return items.hashCode();
  }

  @Override
  public String toString() {
    return "{" + String.join(", ", items) + "}";
  }

  private static SetValue same(ResourceValue other) {
    if (other instanceof SetValue set) {
      return set;
    }
    throw new IllegalArgumentException("A set and " + other + " do not go together");
  }
}
