package io.meseta.common.net;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A call that got no answer. Whether the server acted on it is known only where a kind says so. */
public final class HttpCallException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** No connection; the server has not seen the call. */
    CONNECT_FAILED,
    /** No answer in time. */
    TIMEOUT,
    /** The connection broke before the answer was complete. */
    CONNECTION_LOST,
    /** The answer is larger than the limit. */
    TOO_LARGE,
    /** The answer is not HTTP. */
    PROTOCOL_ERROR,
    /** Too many calls wait for a connection already; the server has not seen this one. */
    OVERLOADED,
    /** The client was closed. */
    CLOSED
  }

  private final Kind kind;

  HttpCallException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What a program decides by. */
  public Kind kind() {
    return kind;
  }
}
