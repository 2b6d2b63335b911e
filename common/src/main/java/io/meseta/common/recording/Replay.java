package io.meseta.common.recording;

import io.meseta.common.runtime.StateMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * Runs a core over the events of a file, from the state with which the file begins, and compares
 * what comes out.
 *
 * <p>Not thread-safe.
 *
 * @param <C> the core
 * @param <E> its events
 * @param <F> its effects
 */
public final class Replay<C extends StateMachine<E, F>, E, F> {

  /** What another outcome than the recorded one looks like. */
  public record Difference<F>(RecordedEvent event, List<F> effects, Optional<String> failure) {}

  private final RecordingFile file;
  private final Class<E> events;
  private final C core;
  private final Effects hashes = new Effects();
  private long handled;

  private Replay(RecordingFile file, C core, Class<E> events) {
    this.file = file;
    this.core = core;
    this.events = events;
  }

  /**
   * Builds the core as it was before the first event.
   *
   * @throws RecordingException if the file is of another core, of another program, or damaged
   */
  public static <C extends StateMachine<E, F>, E, F> Replay<C, E, F> of(
      RecordingFile file, Class<C> core, Class<E> events) throws IOException {
    Object state = file.state();
    if (!core.isInstance(state)) {
      throw new RecordingException(
          file.path()
              + " is no recording of a "
              + core.getSimpleName()
              + ", but of a "
              + state.getClass().getSimpleName());
    }
    return new Replay<>(file, core.cast(state), events);
  }

  /** The core, as it is after the events that have been run. */
  public C core() {
    return core;
  }

  /** How many events have been run. */
  public long handled() {
    return handled;
  }

  /**
   * Runs the events.
   *
   * @param wanted the first event for which this is false, and all after it, are not run
   * @param progress is told, after each event, how many have been run
   * @return the first difference, with which it ends; empty if there is none
   * @throws RecordingException if something in the file is damaged
   */
  public Optional<Difference<F>> run(Predicate<RecordedEvent> wanted, LongConsumer progress)
      throws IOException {
    List<Difference<F>> found = new ArrayList<>();
    file.forEach(
        file.firstEvent(),
        event -> {
          if (!wanted.test(event)) {
            return false;
          }
          step(event).ifPresent(found::add);
          handled++;
          progress.accept(handled);
          return found.isEmpty();
        });
    return found.stream().findFirst();
  }

  private Optional<Difference<F>> step(RecordedEvent event) throws RecordingException {
    if (!events.isInstance(event.event())) {
      throw new RecordingException(
          file.path()
              + " is damaged: event "
              + event.number()
              + " is a "
              + event.event().getClass().getName());
    }
    List<F> effects = List.of();
    Optional<String> failure = Optional.empty();
    try {
      effects = core.handle(events.cast(event.event()));
    } catch (RuntimeException e) {
      failure = Optional.of(e.toString());
    }
    boolean equal =
        hashes.hash(effects) == event.effectsHash()
            && effects.size() == event.effects()
            && failure.isPresent() == event.failure().isPresent();
    return equal ? Optional.empty() : Optional.of(new Difference<>(event, effects, failure));
  }
}
