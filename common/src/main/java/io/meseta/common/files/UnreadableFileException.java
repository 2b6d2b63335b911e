package io.meseta.common.files;

import java.io.IOException;

/** A file cannot be shown; the message says why, to the one who asked. */
public final class UnreadableFileException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What a program decides by. */
  public enum Kind {
    /** There is no such file, or none that may be seen. */
    NOT_FOUND,
    /** It leads to where nothing may be seen. */
    FORBIDDEN,
    /** It is to be read, and is a directory, a pipe, … */
    NOT_A_FILE,
    /** It is to be listed, and is no directory. */
    NOT_A_DIRECTORY,
    /** There is more than can be shown. */
    TOO_MUCH
  }

  private final Kind kind;

  public UnreadableFileException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public UnreadableFileException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static UnreadableFileException because(IOException e) {
    return new UnreadableFileException(Kind.NOT_FOUND, "The file cannot be read", e);
  }

  /** The status with which it is answered over HTTP. */
  public int status() {
    return switch (kind) {
      case NOT_FOUND -> 404;
      case FORBIDDEN -> 403;
      case NOT_A_FILE, NOT_A_DIRECTORY, TOO_MUCH -> 400;
    };
  }

  /** What a program decides by. */
  public Kind kind() {
    return kind;
  }
}
