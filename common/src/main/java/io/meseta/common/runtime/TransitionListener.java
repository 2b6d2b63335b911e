package io.meseta.common.runtime;

/**
 * Is told each transition that a core takes, on the thread that drives the core and during the
 * event that causes it. It must not call back into the core, nor change what the core does.
 */
@FunctionalInterface
public interface TransitionListener extends Recordable {

  /** Nobody listens. */
  TransitionListener NONE = taken -> {};

  void taken(Transition transition);
}
