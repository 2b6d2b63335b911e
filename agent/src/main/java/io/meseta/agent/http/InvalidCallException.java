package io.meseta.agent.http;

/** A call that makes no sense; its message tells the caller why, with status 400. */
public final class InvalidCallException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public InvalidCallException(String reason) {
    super(reason);
  }
}
