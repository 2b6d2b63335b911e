package io.meseta.master.http;

import com.google.protobuf.Message;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.LargeMessages;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.util.List;
import java.util.Optional;

/**
 * What all calls of the Mesos API have in common before anybody looks at what is asked, in the
 * order in which Mesos checks it, because clients tell their situation from the first code that
 * they meet: not leading 307 or 503, recovering 503, method 405, no media type or bad body 400,
 * other media type 415.
 *
 * @param <C> the type of the call
 */
sealed interface PostedCall<C extends Message> {

  /** The media types of calls and of their answers, the preferred one first. */
  List<String> TYPES = List.of(MediaType.JSON.headerValue(), MediaType.PROTOBUF.headerValue());

  /** A call that could be read. */
  record Good<C extends Message>(C call) implements PostedCall<C> {}

  /** The answer that refuses it. */
  record Refused<C extends Message>(HttpResponse answer) implements PostedCall<C> {}

  static <C extends Message> PostedCall<C> read(
      Standing standing, HttpRequest request, C defaultInstance) {
    Optional<HttpResponse> elsewhere = Redirects.unlessLeading(standing, request);
    if (elsewhere.isPresent()) {
      return new Refused<>(elsewhere.get());
    }
    if (!request.method().equals("POST")) {
      return new Refused<>(
          HttpResponse.text(
                  405, "Expecting one of { 'POST' }, but received '" + request.method() + "'")
              .withHeader("Allow", "POST"));
    }
    ContentNegotiation.RequestType type = ContentNegotiation.requestType(request.headers(), TYPES);
    if (type.refusal() != null) {
      return new Refused<>(type.refusal());
    }
    MediaType bodyType =
        MediaType.PROTOBUF.headerValue().equals(type.type()) ? MediaType.PROTOBUF : MediaType.JSON;
    try {
      return new Good<>(
          LargeMessages.decode(
              request.body(), bytes -> Codec.decode(bytes, defaultInstance, bodyType)));
    } catch (DecodeException e) {
      return new Refused<>(
          HttpResponse.text(400, "Failed to parse body into Call: " + e.getMessage()));
    }
  }
}
