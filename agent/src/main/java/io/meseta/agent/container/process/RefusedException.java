package io.meseta.agent.container.process;

/** A task asks for what a plain process cannot have; the message says what, for its author. */
final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }

  RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
