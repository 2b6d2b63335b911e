package io.meseta.common.coordination;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One change of a {@link FencedStore}: what a record shall be afterwards, whatever it is now. Doing
 * it twice is the same as doing it once.
 */
public final class Change {
  private final StoreKey key;
  private final byte @Nullable [] value;

  private Change(StoreKey key, byte @Nullable [] value) {
    this.key = key;
    this.value = value;
  }

  /** The record shall hold the value, at most {@link FencedStore#MAX_VALUE_BYTES} long. */
  public static Change put(StoreKey key, byte[] value) {
    return new Change(key, value.clone());
  }

  /** The record shall not be there. */
  public static Change delete(StoreKey key) {
    return new Change(key, null);
  }

  public StoreKey key() {
    return key;
  }

  /** The new value, not to be changed; null to delete. */
  byte @Nullable [] value() {
    return value;
  }

  int valueBytes() {
    return value == null ? 0 : value.length;
  }

  /** About what it takes of a write; see {@link FencedStore#MAX_WRITE_BYTES}. */
  public int bytes() {
    return valueBytes() + key.id().length();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Change that && key.equals(that.key) && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * key.hashCode() + Arrays.hashCode(value);
  }

  /** Names the record and the size; the value may be confidential. */
  @Override
  public String toString() {
    return value == null ? "delete " + key : "put " + key + ", " + value.length + " bytes";
  }
}
