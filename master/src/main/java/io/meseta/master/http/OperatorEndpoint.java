package io.meseta.master.http;

import io.meseta.api.v1.master.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.security.CallGuard;
import io.meseta.master.validation.OperatorCallValidation;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code POST /api/v1}, the operator API, up to the core: after the checks of {@link PostedCall},
 * 400 for a call that is not well-formed, 501 for one that this master does not implement, 403 for
 * one that the caller may not make.
 */
public final class OperatorEndpoint implements HttpHandler {

  private final Supplier<Standing> standing;
  private final Inbox inbox;
  private final Connections connections;
  private final CallGuard guard;

  public OperatorEndpoint(
      Supplier<Standing> standing, Inbox inbox, Connections connections, CallGuard guard) {
    this.guard = guard;
    this.standing = standing;
    this.inbox = inbox;
    this.connections = connections;
  }

  @Override
  public void handle(HttpRequest request, Exchange exchange) {
    switch (PostedCall.read(standing.get(), request, Call.getDefaultInstance())) {
      case PostedCall.Refused<Call> refused -> exchange.respond(refused.answer());
      case PostedCall.Good<Call> good -> handle(request, good.call(), exchange);
    }
  }

  private void handle(HttpRequest request, Call call, Exchange exchange) {
    Optional<String> invalid = OperatorCallValidation.invalidReason(call);
    if (invalid.isPresent()) {
      exchange.respond(HttpResponse.text(400, "Failed to validate master::Call: " + invalid.get()));
    } else if (OperatorCallValidation.isImplemented(call.getType())) {
      guard.admit(request, call, exchange).ifPresent(admitted -> hand(call, admitted));
    } else {
      exchange.respond(
          HttpResponse.text(501, "Call " + call.getType() + " is not implemented by this master"));
    }
  }

  private void hand(Call call, Exchange exchange) {
    long id = connections.park(exchange, MediaType.JSON);
    if (!inbox.offer(at -> new MasterEvent.OperatorCallReceived(at, id, call))) {
      connections.reply(id, 503, "The master has too many calls waiting: try again");
    }
  }
}
