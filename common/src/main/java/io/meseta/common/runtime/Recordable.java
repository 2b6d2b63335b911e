package io.meseta.common.runtime;

import java.io.Serializable;

/**
 * Has to be extended by the functional interface of every lambda that a core keeps from one event
 * to the next, such as what is to be done when a write has come back: a recording begins with the
 * whole state of the core, and only such a lambda can be written down, together with what it
 * captured.
 */
public interface Recordable extends Serializable {}
