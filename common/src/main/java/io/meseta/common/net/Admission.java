package io.meseta.common.net;

import io.meseta.common.codec.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with a request, judged by its head alone. Pure.
 *
 * @param kind what to do
 * @param request the request as its handler gets it, its path after aliases, still without a body
 * @param route set if it is to be handled
 * @param refusal set if it is refused
 */
record Admission(
    Kind kind, HttpRequest request, Router.@Nullable Route route, @Nullable HttpResponse refusal) {

  /** The ways of a request. */
  enum Kind {
    /** Read the body, then call the handler. */
    HANDLE,
    /** Call the duplex handler now; the body is a stream. */
    OPEN_DUPLEX,
    /** Read the body, which is small, and then refuse, so that the connection can stay. */
    REFUSE_AFTER_BODY,
    /** Refuse now; the connection cannot be used again. */
    REFUSE_NOW
  }

  /** A refused request's body up to this size is read. */
  private static final long READ_AND_IGNORE_BYTES = 64 * 1024;

  /** The status of the refusal; 0 if there is none. */
  int refusalStatus() {
    return refusal == null ? 0 : refusal.status();
  }

  static Admission of(RequestHead head, Router router, int maxBodyBytes) {
    HttpRequest request = head.request();
    HttpResponse problem = head.problem();
    if (problem != null) {
      return new Admission(Kind.REFUSE_NOW, request, null, problem);
    }
    Router.Match match = router.find(request.path());
    if (match == null) {
      return refused(head, HttpResponse.text(404, "There is nothing at this path"));
    }
    Gate.Verdict verdict = router.judge(request.withPath(match.path()));
    if (verdict instanceof Gate.Verdict.Refuse refuse) {
      return refused(head, refuse.answer());
    }
    HttpRequest passed = ((Gate.Verdict.Pass) verdict).request();
    return of(head, match.route(), passed, maxBodyBytes);
  }

  private static Admission of(
      RequestHead head, Router.Route route, HttpRequest request, int maxBodyBytes) {
    if (!route.allows(request.method())) {
      String allowed = route.allowHeader();
      return refused(
          head, HttpResponse.text(405, "Expecting one of " + allowed).withHeader("Allow", allowed));
    }
    if (route.duplexHandler() != null && (route.handler() == null || hasRecords(request))) {
      return new Admission(Kind.OPEN_DUPLEX, request, route, null);
    }
    if (head.declaredBytes() > maxBodyBytes) {
      return new Admission(Kind.REFUSE_NOW, request, null, tooLarge(maxBodyBytes));
    }
    return new Admission(Kind.HANDLE, request, route, null);
  }

  private static boolean hasRecords(HttpRequest request) {
    return request.method().equals("POST")
        && request.headers().first("Content-Type").flatMap(MediaType::parse).stream()
            .anyMatch(MediaType.RECORDIO::equals);
  }

  static HttpResponse tooLarge(int maxBodyBytes) {
    return HttpResponse.text(
        413, "The request body is over the limit of " + maxBodyBytes + " bytes");
  }

  private static Admission refused(RequestHead head, HttpResponse refusal) {
    boolean bodyIsSmall = !head.isChunked() && head.declaredBytes() <= READ_AND_IGNORE_BYTES;
    Kind kind = bodyIsSmall && !head.expectsContinue() ? Kind.REFUSE_AFTER_BODY : Kind.REFUSE_NOW;
    return new Admission(kind, head.request(), null, refusal);
  }
}
