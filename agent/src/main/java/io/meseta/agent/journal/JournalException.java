package io.meseta.agent.journal;

/** The journal cannot be used. The message is for the operator: what is wrong and what to do. */
public final class JournalException extends Exception {

  private static final long serialVersionUID = 1L;

  public JournalException(String message) {
    super(message);
  }

  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
