package io.meseta.agent.sandbox;

/** A file in a sandbox cannot be shown; the message says why, to the one who asked. */
public final class SandboxFileException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What a program decides by. */
  public enum Kind {
    /** There is no such file, or it is in no sandbox. */
    NOT_FOUND,
    /** It leads out of its sandbox. */
    FORBIDDEN,
    /** It is to be read, and is a directory, a pipe, … */
    NOT_A_FILE,
    /** It is to be listed, and is no directory. */
    NOT_A_DIRECTORY,
    /** There is more than can be shown. */
    TOO_MUCH
  }

  private final Kind kind;

  public SandboxFileException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public SandboxFileException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What a program decides by. */
  public Kind kind() {
    return kind;
  }
}
