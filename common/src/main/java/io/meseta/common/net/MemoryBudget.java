package io.meseta.common.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all connections of a server may hold together: bodies that are not answered yet, unfinished
 * records, records that wait for their reader. Limits per connection alone would bound nothing,
 * because there can be thousands of connections. Thread-safe.
 *
 * <p>Who holds little always gets more, so that a client with ordinary calls is served while others
 * hold all that there is; what the little ones take goes beyond the limit, by their number times
 * {@link #SMALL_BYTES} at most.
 */
final class MemoryBudget {

  static final long SMALL_BYTES = 64 * 1024;

  private final long limitBytes;
  private final AtomicLong takenBytes = new AtomicLong();

  MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** For those whose peers are trusted, or few. */
  static MemoryBudget unlimited() {
    return new MemoryBudget(Long.MAX_VALUE);
  }

  /**
   * Takes more for someone; false, and takes nothing, if there is no room.
   *
   * @param heldBytes what the same one holds already
   */
  boolean tryTake(long heldBytes, long moreBytes) {
    long taken = takenBytes.addAndGet(moreBytes);
    if (taken > limitBytes && heldBytes + moreBytes > SMALL_BYTES) {
      takenBytes.addAndGet(-moreBytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    takenBytes.addAndGet(-bytes);
  }

  long takenBytes() {
    return takenBytes.get();
  }
}
