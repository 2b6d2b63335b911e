package io.meseta.common.net;

/**
 * Stands before every route of a {@link Router}: who is it, and may it go in at all? Judged by the
 * head of a request alone, so that who is refused can make the server hold no body.
 */
@FunctionalInterface
public interface Gate {

  /** What becomes of a request. */
  sealed interface Verdict {

    /**
     * Its handler gets it.
     *
     * @param request perhaps with a {@link HttpRequest#principal} that was found out
     */
    record Pass(HttpRequest request) implements Verdict {}

    /** It is answered so, and reaches no handler. */
    record Refuse(HttpResponse answer) implements Verdict {}
  }

  /**
   * Judges a request whose path belongs to a route; what belongs to none is 404 without it. Called
   * on a Netty thread: it must not block.
   *
   * @param request its path after aliases, without a body
   */
  Verdict judge(HttpRequest request);
}
