package io.meseta.testkit.simulation.cluster;

import io.meseta.common.runtime.StateMachine;
import io.meseta.testkit.simulation.world.HostClock;
import io.meseta.testkit.simulation.world.HostTimers;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A host with one process that drives a core, as the daemons' loops do: one event after the other,
 * each effect carried out before the next event.
 *
 * @param <E> events
 * @param <F> effects
 * @param <K> timers
 */
abstract class Host<E, F, K> {
  final World world;
  final int number;
  final String name;
  final HostClock clock;
  final HostTimers<K> timers;
  private final ArrayDeque<Function<Instant, @Nullable E>> inbox = new ArrayDeque<>();
  private @Nullable StateMachine<E, F> core;
  private boolean handling;
  private boolean stopped;

  /** Counts the processes, so that what was meant for an earlier one is known. */
  long process;

  Host(World world, String name, HostClock clock) {
    this.world = world;
    this.number = world.newHostNumber();
    this.name = name;
    this.clock = clock;
    this.timers =
        new HostTimers<>(
            world.agenda(),
            clock,
            timer -> postIfAny(at -> timer.take() ? timerFired(at, timer.key()) : null));
  }

  abstract E timerFired(Instant at, K timer);

  /** Carries out an order. */
  abstract void run(F effect);

  /** What holds before an event may be noted here. */
  void beforeEvent(E event) {}

  /** What must hold after an event is checked here. */
  void afterEvent(E event, List<F> effects) {}

  boolean isUp() {
    return core != null;
  }

  /** The process stands still: a long collection of garbage, a machine that swaps. */
  boolean isStopped() {
    return stopped;
  }

  void begin(StateMachine<E, F> newCore) {
    process++;
    clock.restart();
    core = newCore;
    stopped = false;
    inbox.clear();
    timers.clear();
    world.network().processStarted(number);
  }

  /** The process is gone. */
  void end() {
    process++;
    core = null;
    inbox.clear();
    timers.clear();
  }

  void stop() {
    stopped = true;
  }

  void goOn() {
    stopped = false;
    pump();
  }

  /** Gives the core an event, in the order of the calls. */
  void post(Function<Instant, E> input) {
    postIfAny(at -> input.apply(at));
  }

  /** An event, or none by the time that the core could take it. */
  private void postIfAny(Function<Instant, @Nullable E> input) {
    if (core != null) {
      inbox.add(input);
      pump();
    }
  }

  /** Whether events wait for their turn. */
  boolean hasBacklog() {
    return !inbox.isEmpty();
  }

  private void pump() {
    if (handling) {
      return;
    }
    handling = true;
    try {
      while (!stopped && core != null && !inbox.isEmpty()) {
        E event = inbox.remove().apply(clock.now());
        if (event != null) {
          handle(core, event);
        }
      }
    } finally {
      handling = false;
    }
  }

  private void handle(StateMachine<E, F> driven, E event) {
    world.happened(name, event);
    beforeEvent(event);
    List<F> effects;
    try {
      effects = driven.handle(event);
    } catch (RuntimeException e) {
      throw new Violation("the core of " + name + " is broken: " + e, e, name);
    }
    for (F effect : effects) {
      world.ordered(name, effect);
    }
    long now = process;
    for (F effect : effects) {
      if (now == process) {
        run(effect);
      }
    }
    if (now == process) {
      afterEvent(event, effects);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
