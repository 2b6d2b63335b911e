package io.meseta.testkit.simulation.world;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The timers of one process, on its host's clock: setting one again replaces it.
 *
 * @param <K> keys, with value equality
 */
public final class HostTimers<K> {
  private final Agenda agenda;
  private final HostClock clock;
  private final Consumer<K> due;

  /** Never iterated in a way that order matters. */
  private final Map<K, Agenda.Item> live = new HashMap<>();

  public HostTimers(Agenda agenda, HostClock clock, Consumer<K> due) {
    this.agenda = agenda;
    this.clock = clock;
    this.due = due;
  }

  /** Sets the timer of this key, replacing the one it may have. */
  public void set(K key, Duration after) {
    Agenda.Item item = agenda.after(clock.trueNanos(after), () -> fire(key));
    Agenda.Item replaced = live.put(key, item);
    if (replaced != null) {
      replaced.cancel();
    }
  }

  private void fire(K key) {
    live.remove(key);
    due.accept(key);
  }

  /** Forgets the timer of this key. */
  public void cancel(K key) {
    Agenda.Item item = live.remove(key);
    if (item != null) {
      item.cancel();
    }
  }

  /** Forgets every timer. */
  public void clear() {
    live.values().forEach(Agenda.Item::cancel);
    live.clear();
  }

  /** Whether this one is set. */
  public boolean isSet(K key) {
    return live.containsKey(key);
  }

  /** How many are set. */
  public int size() {
    return live.size();
  }
}
