package io.meseta.common.runtime;

import java.util.List;

/**
 * Logic without a world: it is handed events, one after the other, and answers with orders.
 *
 * <p>An implementation owns no thread, lock, future, clock, socket, file or random source. Time
 * comes with the event; timers and durable writes leave as effects and come back as events. The
 * same events give the same effects in any JVM.
 *
 * @param <E> events: what has happened, past tense
 * @param <F> effects: orders to the outside, imperative
 */
@FunctionalInterface
public interface StateMachine<E, F> {

  /**
   * Takes one event.
   *
   * <p>Called by one thread at a time, in the order in which events happened.
   *
   * @return what the outside must do, in this order
   * @throws IllegalStateException if an invariant of ours is broken; the machine must not be used
   *     afterwards. A peer's bad input never throws.
   */
  List<F> handle(E event);
}
