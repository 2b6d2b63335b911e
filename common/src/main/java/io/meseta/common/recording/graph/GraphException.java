package io.meseta.common.recording.graph;

/** Something cannot be written down, or bytes are not what was written; the message says which. */
public final class GraphException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public GraphException(String message) {
    super(message);
  }

  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }
}
