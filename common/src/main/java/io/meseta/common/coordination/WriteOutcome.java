package io.meseta.common.coordination;

/** How a write to a {@link FencedStore} ended. */
public sealed interface WriteOutcome {
  /** All its changes are durable. */
  record Written() implements WriteOutcome {}

  /**
   * Its term is over. Its changes were made before that, the answer having been lost, or will never
   * be made; the same holds for every later write of the term.
   */
  record Fenced() implements WriteOutcome {}

  /**
   * Refused, or not finished within the time limit; in the latter case the changes may have been
   * made or not.
   *
   * @param reason for the log and the operator
   */
  record Failed(String reason) implements WriteOutcome {}
}
