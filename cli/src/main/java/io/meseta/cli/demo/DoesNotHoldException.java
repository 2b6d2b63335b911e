package io.meseta.cli.demo;

/** A claim of the demo is not so; the message says what was seen instead. */
final class DoesNotHoldException extends Exception {

  private static final long serialVersionUID = 1L;

  DoesNotHoldException(String message) {
    super(message);
  }
}
