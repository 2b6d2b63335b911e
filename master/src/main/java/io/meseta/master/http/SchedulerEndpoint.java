package io.meseta.master.http;

import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.security.SchedulerGuard;
import io.meseta.master.validation.CallValidation;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * {@code POST /api/v1/scheduler}, up to the core.
 *
 * <p>What can be refused without the cluster's state is refused here, in the order in which Mesos
 * does it: after the checks of {@link PostedCall}, call 400, answer type 406, stream id on a
 * SUBSCRIBE 400.
 */
public final class SchedulerEndpoint implements HttpHandler {

  private static final String STREAM_ID = "Mesos-Stream-Id";
  private static final List<String> TYPES = PostedCall.TYPES;

  private final Supplier<Standing> standing;
  private final Inbox inbox;
  private final Connections connections;
  private final SchedulerGuard guard;

  public SchedulerEndpoint(
      Supplier<Standing> standing, Inbox inbox, Connections connections, SchedulerGuard guard) {
    this.guard = guard;
    this.standing = standing;
    this.inbox = inbox;
    this.connections = connections;
  }

  /** A call that passed, or the answer that refuses it. */
  private sealed interface Checked {
    record Good(Call call, MediaType answers) implements Checked {}

    record Refused(HttpResponse answer) implements Checked {}
  }

  @Override
  public void handle(HttpRequest request, Exchange exchange) {
    guard.inTurn(request, exchange, this::handleInTurn);
  }

  private void handleInTurn(HttpRequest request, Exchange exchange) {
    switch (check(request)) {
      case Checked.Refused refused -> exchange.respond(refused.answer());
      case Checked.Good good ->
          hand(request, SchedulerGuard.audited(request, good.call(), exchange), good);
    }
  }

  private Checked check(HttpRequest request) {
    return switch (PostedCall.read(standing.get(), request, Call.getDefaultInstance())) {
      case PostedCall.Refused<Call> refused -> new Checked.Refused(refused.answer());
      case PostedCall.Good<Call> good ->
          check(request, SchedulerGuard.withPrincipal(request, good.call()));
    };
  }

  private static Checked check(HttpRequest request, Call call) {
    Optional<String> invalid = CallValidation.invalidReason(call);
    if (invalid.isPresent()) {
      return refuse(400, "Failed to validate scheduler::Call: " + invalid.get());
    }
    if (!hasAnswerBody(call.getType())) {
      return new Checked.Good(call, MediaType.JSON);
    }
    Optional<MediaType> answers =
        ContentNegotiation.answerType(request.headers().all("Accept"), TYPES)
            .flatMap(MediaType::parse);
    if (answers.isEmpty()) {
      return refuse(406, "Expecting 'Accept' to allow one of " + String.join(", ", TYPES));
    }
    if (call.getType() == Call.Type.SUBSCRIBE && request.headers().has(STREAM_ID)) {
      return refuse(400, "Subscribe calls should not include the '" + STREAM_ID + "' header");
    }
    return new Checked.Good(call, answers.get());
  }

  /** Only where something is answered does it matter which types the client accepts. */
  private static boolean hasAnswerBody(Call.Type type) {
    return type == Call.Type.SUBSCRIBE || type == Call.Type.RECONCILE_OPERATIONS;
  }

  private static Checked refuse(int status, String reason) {
    return new Checked.Refused(HttpResponse.text(status, reason));
  }

  private void hand(HttpRequest request, Exchange exchange, Checked.Good good) {
    boolean subscribes = good.call().getType() == Call.Type.SUBSCRIBE;
    long id =
        subscribes ? connections.park(exchange, good.answers()) : connections.parkCall(exchange);
    // Random numbers for this are not cheap, and nothing else becomes a stream.
    String newStreamId = subscribes ? UUID.randomUUID().toString() : "";
    Optional<String> streamId = request.headers().first(STREAM_ID);
    boolean room =
        inbox.offer(at ->
            new MasterEvent.CallReceived(
                at, id, newStreamId, streamId, request.principal(), good.call()));
    if (!room) {
      connections.reply(id, 503, "The master has too many calls waiting: try again");
    }
  }
}
