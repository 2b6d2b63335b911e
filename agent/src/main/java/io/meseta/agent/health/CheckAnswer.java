package io.meseta.agent.health;

/** What became of a question. */
public sealed interface CheckAnswer {

  /** A command ended with this code. */
  record ExitCode(int code) implements CheckAnswer {}

  /** A page came with this status. */
  record HttpStatus(int code) implements CheckAnswer {}

  /** A connection was opened. */
  record Connected() implements CheckAnswer {}

  /**
   * A connection was refused: the task does not listen.
   *
   * @param reason for people
   */
  record Refused(String reason) implements CheckAnswer {}

  /**
   * It could not be asked, or there was no answer in time.
   *
   * @param reason for people
   */
  record None(String reason) implements CheckAnswer {}
}
