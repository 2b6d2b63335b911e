package io.meseta.agent.http;

import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.util.List;
import java.util.Optional;

/**
 * The media types of a call, judged by its head in the order in which Mesos does it: method 405, no
 * type 400, other type 415, answers 406.
 *
 * @param body JSON or protobuf, also of each record where the body is a sequence of records
 * @param answer of the whole answer
 * @param records of each record where the answer is a sequence of records; the same as {@code
 *     answer} unless that is RecordIO
 */
record CallTypes(MediaType body, MediaType answer, MediaType records) {

  private static final String MESSAGE_CONTENT_TYPE = "Message-Content-Type";
  private static final String MESSAGE_ACCEPT = "Message-Accept";

  private static final List<String> MESSAGES =
      List.of(MediaType.JSON.headerValue(), MediaType.PROTOBUF.headerValue());
  private static final List<String> ALL =
      List.of(
          MediaType.JSON.headerValue(),
          MediaType.PROTOBUF.headerValue(),
          MediaType.RECORDIO.headerValue());

  /** Whether the client wants a sequence of records, and nothing else. */
  boolean wantsRecordIo() {
    return answer == MediaType.RECORDIO;
  }

  /**
   * Of a request with a body of one message.
   *
   * @throws CallRefusedException with the status that says what is wrong
   */
  static CallTypes ofMessage(HttpRequest request) {
    if (!request.method().equals("POST")) {
      throw new CallRefusedException(
          405, "Expecting one of { 'POST' }, but received '" + request.method() + "'");
    }
    MediaType body = requestType(request);
    if (request.headers().has(MESSAGE_CONTENT_TYPE)) {
      throw new CallRefusedException(
          415, "Expecting '" + MESSAGE_CONTENT_TYPE + "' to be not set for non-streaming requests");
    }
    return withAnswer(request, body);
  }

  /**
   * Of a request with a body of records.
   *
   * @throws CallRefusedException with the status that says what is wrong
   */
  static CallTypes ofRecords(HttpRequest request) {
    String type =
        request
            .headers()
            .first(MESSAGE_CONTENT_TYPE)
            .orElseThrow(() ->
                new CallRefusedException(
                    400,
                    "Expecting '" + MESSAGE_CONTENT_TYPE + "' to be set for streaming requests"));
    MediaType body =
        MediaType.parse(type)
            .filter(parsed -> parsed != MediaType.RECORDIO)
            .orElseThrow(() ->
                new CallRefusedException(
                    415,
                    "Expecting '"
                        + MESSAGE_CONTENT_TYPE
                        + "' of "
                        + String.join(" or ", MESSAGES)));
    return withAnswer(request, body);
  }

  private static MediaType requestType(HttpRequest request) {
    // RecordIO only gets here by a way of writing that the router does not take for it.
    ContentNegotiation.RequestType type =
        ContentNegotiation.requestType(request.headers(), MESSAGES);
    HttpResponse refusal = type.refusal();
    if (refusal != null) {
      throw new CallRefusedException(
          refusal.status(),
          refusal.status() == 400
              ? "Expecting 'Content-Type' to be present"
              : "Expecting 'Content-Type' of " + String.join(" or ", ALL));
    }
    return MediaType.PROTOBUF.headerValue().equals(type.type())
        ? MediaType.PROTOBUF
        : MediaType.JSON;
  }

  private static CallTypes withAnswer(HttpRequest request, MediaType body) {
    MediaType answer =
        choose(request, "Accept", ALL)
            .orElseThrow(() ->
                new CallRefusedException(
                    406, "Expecting 'Accept' to allow " + String.join(" or ", ALL)));
    if (answer != MediaType.RECORDIO) {
      if (request.headers().has(MESSAGE_ACCEPT)) {
        throw new CallRefusedException(
            406, "Expecting '" + MESSAGE_ACCEPT + "' to be not set for non-streaming responses");
      }
      return new CallTypes(body, answer, answer);
    }
    MediaType records =
        choose(request, MESSAGE_ACCEPT, MESSAGES)
            .orElseThrow(() ->
                new CallRefusedException(
                    406,
                    "Expecting '"
                        + MESSAGE_ACCEPT
                        + "' to allow "
                        + String.join(" or ", MESSAGES)));
    return new CallTypes(body, answer, records);
  }

  private static Optional<MediaType> choose(
      HttpRequest request, String header, List<String> offered) {
    return ContentNegotiation.answerType(request.headers().all(header), offered)
        .flatMap(MediaType::parse);
  }
}
