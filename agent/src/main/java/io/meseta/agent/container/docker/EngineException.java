package io.meseta.agent.container.docker;

import org.jspecify.annotations.Nullable;

/** A call to the engine did not do what was asked. */
final class EngineException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What the caller can conclude. */
  enum Kind {
    /** No answer in time or no connection: whether the engine did it, or will, is unknown. */
    UNAVAILABLE,
    /** The engine knows no such container or image. */
    NOT_FOUND,
    /** The name is taken, or the container is not in a state for this. */
    CONFLICT,
    /** The engine answered that it will not or cannot. */
    REFUSED,
    /** The engine tried, and something went wrong in it: it may be about to end. */
    FAILED
  }

  private final Kind kind;

  EngineException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  boolean is(Kind expected) {
    return kind == expected;
  }
}
