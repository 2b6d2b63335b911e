package io.meseta.master.http;

import io.meseta.api.v1.master.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.validation.OperatorCallValidation;
import java.util.Optional;

/** Hands operators' calls that change something to the core, in whatever form they came. */
public final class OperatorInbox {

  private final Inbox inbox;
  private final Connections connections;

  public OperatorInbox(Inbox inbox, Connections connections) {
    this.inbox = inbox;
    this.connections = connections;
  }

  /** Answers with 400 what is not well-formed, and with 501 what this master does not implement. */
  void handle(Call call, Exchange exchange) {
    Optional<String> invalid = OperatorCallValidation.invalidReason(call);
    if (invalid.isPresent()) {
      exchange.respond(HttpResponse.text(400, "Failed to validate master::Call: " + invalid.get()));
    } else if (OperatorCallValidation.isImplemented(call.getType())) {
      hand(call, exchange);
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
