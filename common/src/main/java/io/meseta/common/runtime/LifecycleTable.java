package io.meseta.common.runtime;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * The legal transitions of one lifecycle, as data. Immutable.
 *
 * <p>To stay in a state is no transition: whoever asks has compared before.
 *
 * @param <S> the states
 */
public final class LifecycleTable<S extends Enum<S>> {

  private final String name;
  private final Map<S, EnumSet<S>> next;

  private LifecycleTable(String name, Map<S, EnumSet<S>> next) {
    this.name = name;
    this.next = next;
  }

  /** Begins a table. */
  public static <S extends Enum<S>> Builder<S> named(String name, Class<S> states) {
    return new Builder<>(name, states);
  }

  /** Collects rows. Not thread-safe. */
  public static final class Builder<S extends Enum<S>> {
    private final String name;
    private final Class<S> states;
    private final Map<S, EnumSet<S>> next;

    private Builder(String name, Class<S> states) {
      this.name = name;
      this.states = states;
      this.next = new EnumMap<>(states);
    }

    /** From this state, each of these may follow. */
    public Builder<S> allow(S from, Iterable<S> targets) {
      for (S target : targets) {
        if (target == from) {
          throw new IllegalArgumentException(name + ": to stay in " + from + " is no transition");
        }
        next.computeIfAbsent(from, unused -> EnumSet.noneOf(states)).add(target);
      }
      return this;
    }

    /** From this state, this one may follow, or one of these. */
    @SafeVarargs
    public final Builder<S> allow(S from, S first, S... others) {
      EnumSet<S> targets = EnumSet.of(first);
      for (S other : others) {
        targets.add(other);
      }
      return allow(from, targets);
    }

    public LifecycleTable<S> build() {
      Map<S, EnumSet<S>> copy = new EnumMap<>(states);
      next.forEach((from, targets) -> copy.put(from, EnumSet.copyOf(targets)));
      return new LifecycleTable<>(name, copy);
    }
  }

  public boolean isLegal(S from, S to) {
    EnumSet<S> targets = next.get(from);
    return targets != null && targets.contains(to);
  }

  /**
   * The transition, for the one place that takes it.
   *
   * @param subject for the message: what was to change
   * @throws IllegalStateException if it is not legal: an invariant of the caller is broken
   */
  public Transition transitionOrThrow(S from, S to, Object subject) {
    if (!isLegal(from, to)) {
      throw new IllegalStateException(
          name + " " + subject + " cannot go from " + from + " to " + to);
    }
    return new Transition(name, from, to);
  }

  /** Every row, in the order of the states. */
  public List<Transition> transitions() {
    List<Transition> rows = new ArrayList<>();
    next.forEach(
        (from, targets) -> targets.forEach(to -> rows.add(new Transition(name, from, to))));
    return rows;
  }
}
