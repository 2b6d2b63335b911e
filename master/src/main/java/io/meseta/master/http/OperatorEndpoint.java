package io.meseta.master.http;

import io.meseta.api.v1.master.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.feed.ClusterFeed;
import io.meseta.master.validation.OperatorCallValidation;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code POST /api/v1}, the operator API: after the checks of {@link PostedCall}, 400 for a call
 * that is not well-formed and 501 for one that this master does not implement. Calls that change
 * something are the core's to answer, streams those of {@link ClusterFeed}.
 */
public final class OperatorEndpoint implements HttpHandler {

  private final Supplier<Standing> standing;
  private final Inbox inbox;
  private final Connections connections;
  private final ClusterFeed feed;
  private final OwnCalls ownCalls;

  public OperatorEndpoint(
      Supplier<Standing> standing,
      Inbox inbox,
      Connections connections,
      ClusterFeed feed,
      ExplainEndpoint explanations) {
    this.standing = standing;
    this.inbox = inbox;
    this.connections = connections;
    this.feed = feed;
    this.ownCalls = new OwnCalls(feed, explanations);
  }

  @Override
  public void handle(HttpRequest request, Exchange exchange) {
    switch (PostedCall.read(standing.get(), request, Call.getDefaultInstance())) {
      case PostedCall.Refused<Call> refused -> exchange.respond(refused.answer());
      case PostedCall.Good<Call> good -> {
        if (good.call().hasType() || !maybeHandleOwn(request, exchange)) {
          handle(request, good.call(), exchange);
        }
      }
    }
  }

  /** A type that Mesos does not have may be one of ours. */
  private boolean maybeHandleOwn(HttpRequest request, Exchange exchange) {
    var read =
        PostedCall.read(
            standing.get(), request, io.meseta.api.operator.v1.Call.getDefaultInstance());
    if (read instanceof PostedCall.Good<io.meseta.api.operator.v1.Call> own
        && own.call().hasType()) {
      answerType(request, exchange)
          .ifPresent(type -> ownCalls.handle(own.call(), type, exchange));
      return true;
    }
    return false;
  }

  private void handle(HttpRequest request, Call call, Exchange exchange) {
    Optional<String> invalid = OperatorCallValidation.invalidReason(call);
    if (invalid.isPresent()) {
      exchange.respond(HttpResponse.text(400, "Failed to validate master::Call: " + invalid.get()));
    } else if (call.getType() == Call.Type.SUBSCRIBE) {
      answerType(request, exchange).ifPresent(type -> feed.subscribe(exchange, type));
    } else if (OperatorCallValidation.isImplemented(call.getType())) {
      hand(call, exchange);
    } else {
      exchange.respond(
          HttpResponse.text(501, "Call " + call.getType() + " is not implemented by this master"));
    }
  }

  /** Empty if the client accepts none: then that is answered. */
  private static Optional<MediaType> answerType(HttpRequest request, Exchange exchange) {
    Optional<MediaType> type =
        ContentNegotiation.answerType(request.headers().all("Accept"), PostedCall.TYPES)
            .flatMap(MediaType::parse);
    if (type.isEmpty()) {
      exchange.respond(
          HttpResponse.text(
              406, "Expecting 'Accept' to allow one of " + String.join(", ", PostedCall.TYPES)));
    }
    return type;
  }

  private void hand(Call call, Exchange exchange) {
    long id = connections.park(exchange, MediaType.JSON);
    if (!inbox.offer(at -> new MasterEvent.OperatorCallReceived(at, id, call))) {
      connections.reply(id, 503, "The master has too many calls waiting: try again");
    }
  }
}
