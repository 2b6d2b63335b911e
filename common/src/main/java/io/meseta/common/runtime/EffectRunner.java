package io.meseta.common.runtime;

/**
 * Carries out what a core ordered.
 *
 * <p>Called on the loop thread, so it must not block: slow work is handed to other threads, which
 * post an event when it is done.
 *
 * @param <F> effects
 */
@FunctionalInterface
public interface EffectRunner<F> {

  void run(F effect);

  /** Called after the effects of a batch of events have run: the moment to publish a view. */
  default void batchDone() {}
}
