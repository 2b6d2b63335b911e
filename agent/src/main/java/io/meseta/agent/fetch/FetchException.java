package io.meseta.agent.fetch;

/** Something cannot be fetched; the message tells the task's author what and why. */
public final class FetchException extends Exception {

  private static final long serialVersionUID = 1L;

  public FetchException(String message) {
    super(message);
  }

  public FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
