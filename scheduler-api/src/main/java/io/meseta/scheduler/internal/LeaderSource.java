package io.meseta.scheduler.internal;

import java.util.Optional;
import java.util.function.Consumer;

/** Tells which master leads, when that is not known beforehand. */
public interface LeaderSource extends AutoCloseable {

  /**
   * Begins to look, and returns at once.
   *
   * @param listener told from any thread, in order, whenever the leader is found, changes or is
   *     lost; returns at once
   */
  void start(Consumer<Optional<MasterAddress>> listener);

  /** Stops looking. May block for some seconds. */
  @Override
  void close();

  /** For masters that are listed by address. */
  static LeaderSource none() {
    return new LeaderSource() {
      @Override
      public void start(Consumer<Optional<MasterAddress>> listener) {
        // Nobody will be found.
      }

      @Override
      public void close() {
        // Nothing was opened.
      }
    };
  }
}
