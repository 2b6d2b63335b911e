package io.meseta.agent.http;

import io.meseta.common.net.HttpResponse;

/**
 * A call is refused. Thrown by whoever finds out, while the call can still have a plain answer; the
 * message is for the client.
 */
public final class CallRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status of the answer: 4xx, 501 or 503
   * @param reason what the client can do about it
   */
  public CallRefusedException(int status, String reason) {
    // An answer, not a fault: nobody wants to know where it came from.
    super(reason, null, false, false);
    this.status = status;
  }

  /** The status of the answer. */
  public int status() {
    return status;
  }

  /** The answer. */
  public HttpResponse toResponse() {
    return HttpResponse.text(status, String.valueOf(getMessage()));
  }
}
