package io.meseta.common.resources;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One kind of resource and how much of it there is. Never empty.
 *
 * <p>What is given whole or not at all (a persistent volume, a mounted disk) keeps its size and is
 * counted: {@code copies} is how often it is there, 1 but for shared volumes. Of everything else
 * there is one copy, and the value grows and shrinks.
 */
public record ResourceEntry(ResourceKey key, ResourceValue value, int copies)
    implements Comparable<ResourceEntry> {

  public ResourceEntry {
    if (value.kind() != key.kind() || value.isEmpty() || copies < 1) {
      throw new IllegalArgumentException("Not an entry: " + key + ":" + value + " x " + copies);
    }
    if (copies > 1 && !key.isWhole()) {
      throw new IllegalArgumentException("There cannot be copies of " + key);
    }
  }

  /**
   * The amount in thousandths, 0 for ranges and sets. A shared volume is one volume, however many
   * share it.
   */
  public long scalarMilli() {
    return value instanceof Scalar scalar
        ? Math.multiplyExact(scalar.milli(), key.shared() ? 1L : copies)
        : 0;
  }

  /** Whether a part of it can be given: not so for volumes and mounted disks. */
  public boolean isDivisible() {
    return !key.isWhole();
  }

  ResourceEntry plus(ResourceEntry other) {
    return key.isWhole()
        ? new ResourceEntry(key, value, Math.addExact(copies, other.copies))
        : new ResourceEntry(key, value.plus(other.value), 1);
  }

  boolean contains(ResourceEntry other) {
    return key.isWhole() ? copies >= other.copies : value.contains(other.value);
  }

  boolean overlaps(ResourceEntry other) {
    return key.isWhole() ? !key.shared() : value.overlaps(other.value);
  }

  /** What is left, or nothing when that is nothing. */
  Optional<ResourceEntry> without(ResourceEntry other) {
    if (key.isWhole()) {
      return copies > other.copies
          ? Optional.of(new ResourceEntry(key, value, copies - other.copies))
          : Optional.empty();
    }
    return ofNonEmpty(key, value.without(other.value));
  }

  static Optional<ResourceEntry> ofNonEmpty(ResourceKey key, @Nullable ResourceValue value) {
    return value == null || value.isEmpty()
        ? Optional.empty()
        : Optional.of(new ResourceEntry(key, value, 1));
  }

  /** By key; two volumes of one key but different size are different resources. */
  @Override
  public int compareTo(ResourceEntry other) {
    if (this == other) {
      return 0;
    }
    int order = key.compareTo(other.key);
    if (order != 0 || !key.isWhole()) {
      return order;
    }
    if (value instanceof Scalar mine && other.value instanceof Scalar theirs) {
      return mine.compareTo(theirs);
    }
    return value.toString().compareTo(other.value.toString());
  }

  @Override
  public String toString() {
    return key + ":" + value + (copies == 1 ? "" : "<copies: " + copies + ">");
  }
}
