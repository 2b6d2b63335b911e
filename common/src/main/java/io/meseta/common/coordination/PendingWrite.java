package io.meseta.common.coordination;

import io.meseta.common.coordination.WriteOutcome.Failed;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A write that has been handed in and not yet answered. */
final class PendingWrite {
  private static final int OPERATION_OVERHEAD_BYTES = 128;

  final Term term;
  final List<Change> changes;
  final Consumer<WriteOutcome> callback;
  final long deadlineNanos;
  final long bytes;

  /** Set once; the callback is called when the write has come to the head of the queue. */
  @Nullable WriteOutcome outcome;

  PendingWrite(
      Term term, List<Change> changes, long deadlineNanos, Consumer<WriteOutcome> callback) {
    this.term = term;
    this.changes = List.copyOf(changes);
    this.deadlineNanos = deadlineNanos;
    this.callback = callback;
    this.bytes = bytesOf(changes);
    this.outcome = tooLarge(changes).map(Failed::new).orElse(null);
  }

  private static long bytesOf(List<Change> changes) {
    return changes.stream().mapToLong(PendingWrite::bytesOf).sum();
  }

  /** What the change takes in a transaction, roughly and rather too much. */
  private static long bytesOf(Change change) {
    int name = change.key().collection().length() + change.key().nodeName().length();
    return OPERATION_OVERHEAD_BYTES + name + (long) change.valueBytes();
  }

  /** Why no store takes these changes in one write, or nothing. */
  static Optional<String> tooLarge(List<Change> changes) {
    for (Change change : changes) {
      if (change.valueBytes() > FencedStore.MAX_VALUE_BYTES) {
        return Optional.of(
            change.key()
                + " has "
                + change.valueBytes()
                + " bytes; a record holds at most "
                + FencedStore.MAX_VALUE_BYTES);
      }
    }
    long bytes = bytesOf(changes);
    return bytes > FencedStore.MAX_WRITE_BYTES
        ? Optional.of(
            "a write of " + bytes + " bytes; one takes at most " + FencedStore.MAX_WRITE_BYTES)
        : Optional.empty();
  }
}
