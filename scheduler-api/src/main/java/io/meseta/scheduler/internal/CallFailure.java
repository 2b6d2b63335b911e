package io.meseta.scheduler.internal;

/**
 * Why a call failed.
 *
 * @param kind what the author can conclude from it
 * @param status the HTTP status of a {@link Kind#REFUSED} call, otherwise 0
 * @param reason a text for people
 */
public record CallFailure(Kind kind, int status, String reason) {

  /** What the author can conclude. */
  public enum Kind {
    /** The call was not sent: no subscription. It has had no effect. */
    NOT_CONNECTED,
    /** The master has refused the call. It has had no effect. */
    REFUSED,
    /** No answer has come: the call may have had its effect, or not. */
    OUTCOME_UNKNOWN
  }

  static CallFailure notConnected(String reason) {
    return new CallFailure(Kind.NOT_CONNECTED, 0, reason);
  }

  static CallFailure refused(SchedulerEvent.Answer answer) {
    return new CallFailure(Kind.REFUSED, answer.status(), answer.describe());
  }

  static CallFailure unknown(String reason) {
    return new CallFailure(Kind.OUTCOME_UNKNOWN, 0, reason);
  }
}
