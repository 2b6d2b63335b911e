package io.meseta.master.allocation;

import java.util.List;

/** Who is asked first: all of one tier before any of the next. */
enum Tier {
  /** The guarantee of its role, or of one above, is not met. */
  OWED,

  /** Nothing special. */
  NORMAL,

  /**
   * It gave back all of its last offers, so that it would get them again and again, before all who
   * hold something: for some cycles it gets what nobody else wants.
   */
  RESTING;

  static final List<Tier> IN_ORDER = List.of(values());
}
