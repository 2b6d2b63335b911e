package io.meseta.agent.container.docker;

/** A task asks for something that this agent does not do; the message says what, for its author. */
final class UnsupportedTaskException extends Exception {

  private static final long serialVersionUID = 1L;

  UnsupportedTaskException(String message) {
    super(message);
  }
}
