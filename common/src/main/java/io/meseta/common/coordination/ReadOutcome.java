package io.meseta.common.coordination;

import java.util.SortedMap;

/** How reading a collection of a {@link FencedStore} ended. */
public sealed interface ReadOutcome {
  /**
   * All records.
   *
   * @param records by id, in the order of the ids; owned by the receiver
   */
  record Read(SortedMap<String, byte[]> records) implements ReadOutcome {}

  /**
   * Not finished within the time limit, or not possible.
   *
   * @param reason for the log and the operator
   */
  record Failed(String reason) implements ReadOutcome {}
}
