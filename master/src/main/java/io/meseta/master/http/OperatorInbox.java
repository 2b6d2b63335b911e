package io.meseta.master.http;

import io.meseta.api.v1.master.Call;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.security.CallGuard;
import io.meseta.master.validation.OperatorCallValidation;
import java.util.Optional;

/** Hands operators' calls that change something to the core, in whatever form they came. */
public final class OperatorInbox {

  private final Inbox inbox;
  private final Connections connections;
  private final CallGuard guard;

  /**
   * @param guard judges calls before anything is done about them
   */
  public OperatorInbox(Inbox inbox, Connections connections, CallGuard guard) {
    this.inbox = inbox;
    this.connections = connections;
    this.guard = guard;
  }

  /**
   * Answers with 400 what is not well-formed, and with 403 what this caller may not do.
   *
   * @return by which the call is to be answered; empty if it has been
   */
  Optional<Exchange> judge(HttpRequest request, Call call, Exchange exchange) {
    Optional<String> invalid = OperatorCallValidation.invalidReason(call);
    if (invalid.isPresent()) {
      exchange.respond(HttpResponse.text(400, "Failed to validate master::Call: " + invalid.get()));
      return Optional.empty();
    }
    return guard.admit(request, call, exchange);
  }

  /** As {@link #judge}, then hands it to the core, or says with 501 that it is not implemented. */
  void handle(HttpRequest request, Call call, Exchange exchange) {
    if (OperatorCallValidation.isImplemented(call.getType())
        || OperatorCallValidation.invalidReason(call).isPresent()) {
      judge(request, call, exchange).ifPresent(admitted -> hand(call, admitted));
    } else {
      exchange.respond(
          HttpResponse.text(501, "Call " + call.getType() + " is not implemented by this master"));
    }
  }

  private void hand(Call call, Exchange exchange) {
    long id = connections.parkCall(exchange);
    if (!inbox.offer(at -> new MasterEvent.OperatorCallReceived(at, id, call))) {
      connections.reply(id, 503, "The master has too many calls waiting: try again");
    }
  }
}
