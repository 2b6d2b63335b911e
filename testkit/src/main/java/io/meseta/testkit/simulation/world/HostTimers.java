package io.meseta.testkit.simulation.world;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one process, on its host's clock: setting one again replaces it.
 *
 * @param <K> keys, with value equality
 */
public final class HostTimers<K> {

  /** A timer whose time has come: the process may be busy, or stand still. */
  public final class Due {
    private final K key;
    private Agenda.@Nullable Item item;

    private Due(K key) {
      this.key = key;
    }

    public K key() {
      return key;
    }

    /**
     * To be asked when the process gets to it, as its loop does: by then the timer may have been
     * replaced or cancelled.
     */
    public boolean take() {
      return live.remove(key, item);
    }
  }

  private final Agenda agenda;
  private final HostClock clock;
  private final Consumer<Due> due;

  /** Never iterated in a way that order matters. */
  private final Map<K, Agenda.Item> live = new HashMap<>();

  public HostTimers(Agenda agenda, HostClock clock, Consumer<Due> due) {
    this.agenda = agenda;
    this.clock = clock;
    this.due = due;
  }

  /** Sets the timer of this key, replacing the one it may have. */
  public void set(K key, Duration after) {
    Due timer = new Due(key);
    Agenda.Item item = agenda.after(clock.trueNanos(after), () -> due.accept(timer));
    timer.item = item;
    Agenda.Item replaced = live.put(key, item);
    if (replaced != null) {
      replaced.cancel();
    }
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
