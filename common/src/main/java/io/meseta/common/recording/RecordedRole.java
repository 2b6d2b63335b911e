package io.meseta.common.recording;

import io.meseta.common.runtime.StateMachine;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a role adds to recordings: which core it has, and how that core is looked at.
 *
 * @param <C> the core
 * @param <E> its events
 * @param <F> its effects
 */
public interface RecordedRole<C extends StateMachine<E, F>, E, F> {

  /** What can be asked for. */
  enum Subject {
    TASKS,
    AGENTS,
    OFFERS,
    FRAMEWORKS
  }

  /**
   * A table.
   *
   * @param rows each with as many cells as there are columns
   */
  record Listing(List<String> columns, List<List<String>> rows) {}

  /** As in the headers of files. */
  String name();

  Class<C> core();

  Class<E> events();

  Instant timeOf(E event);

  /**
   * What a core knows of a subject now; empty if cores of this role know nothing of such things.
   */
  Optional<Listing> list(C core, Subject subject);
}
