package io.meseta.master.http;

import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.feed.ClusterFeed;
import io.meseta.master.http.read.ReadCalls;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.MasterView;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code POST /api/v1}, the operator API: after the checks of {@link PostedCall}, streams are those
 * of {@link ClusterFeed}, what only reads is answered from the published view, and what changes
 * something goes to the core.
 */
public final class OperatorEndpoint implements HttpHandler {

  private final Supplier<Standing> standing;
  private final Supplier<MasterView> view;
  private final OperatorInbox inbox;
  private final ReadFilters filters;
  private final ReadCalls reads;
  private final ClusterFeed feed;
  private final OwnCalls ownCalls;
  private final Log log;

  /**
   * What every endpoint has to do with.
   *
   * @param inbox judges every call, and takes what changes something
   * @param filters what of the cluster a caller is shown
   */
  public record Edge(
      Supplier<Standing> standing,
      Supplier<MasterView> view,
      OperatorInbox inbox,
      ReadFilters filters) {}

  /**
   * What has to do with the master's own log.
   *
   * @param level how much it says
   * @param files what it has said
   */
  public record Log(LoggingCalls level, FileCalls files) {}

  public OperatorEndpoint(
      Edge edge, ReadCalls reads, ClusterFeed feed, ExplainEndpoint explanations, Log log) {
    this.standing = edge.standing();
    this.view = edge.view();
    this.inbox = edge.inbox();
    this.filters = edge.filters();
    this.reads = reads;
    this.feed = feed;
    this.ownCalls = new OwnCalls(feed, explanations);
    this.log = log;
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
          .ifPresent(
              type -> ownCalls.handle(own.call(), request, follower(request, exchange, type)));
      return true;
    }
    return false;
  }

  private void handle(HttpRequest request, Call call, Exchange exchange) {
    if (!isAnsweredHere(call.getType())) {
      inbox.handle(request, call, exchange);
      return;
    }
    inbox.judge(request, call, exchange).ifPresent(admitted -> answer(request, call, admitted));
  }

  private static boolean isAnsweredHere(Call.Type type) {
    return switch (type) {
      case SUBSCRIBE,
          GET_MAINTENANCE_SCHEDULE,
          GET_MAINTENANCE_STATUS,
          GET_LOGGING_LEVEL,
          SET_LOGGING_LEVEL,
          LIST_FILES,
          READ_FILE ->
          true;
      default -> ReadCalls.answers(type);
    };
  }

  private void answer(HttpRequest request, Call call, Exchange exchange) {
    switch (call.getType()) {
      case SUBSCRIBE ->
          answerType(request, exchange)
              .ifPresent(type -> feed.subscribe(follower(request, exchange, type)));
      case GET_MAINTENANCE_SCHEDULE ->
          read(
              request,
              exchange,
              Response.newBuilder()
                  .setType(Response.Type.GET_MAINTENANCE_SCHEDULE)
                  .setGetMaintenanceSchedule(
                      Response.GetMaintenanceSchedule.newBuilder()
                          .setSchedule(view.get().maintenance().schedule())));
      case GET_MAINTENANCE_STATUS ->
          read(
              request,
              exchange,
              Response.newBuilder()
                  .setType(Response.Type.GET_MAINTENANCE_STATUS)
                  .setGetMaintenanceStatus(
                      Response.GetMaintenanceStatus.newBuilder()
                          .setStatus(MaintenanceStatus.of(view.get()))));
      case GET_LOGGING_LEVEL -> read(request, exchange, log.level().level());
      case SET_LOGGING_LEVEL -> exchange.respond(log.level().set(call));
      case LIST_FILES, READ_FILE ->
          answerType(request, exchange).ifPresent(type -> log.files().answer(call, type, exchange));
      default -> reads.answer(call, request, exchange);
    }
  }

  /** Lists may change while somebody follows. */
  private ClusterFeed.Follower follower(HttpRequest request, Exchange exchange, MediaType answers) {
    Optional<String> principal = request.principal();
    return new ClusterFeed.Follower(exchange, answers, () -> filters.of(principal));
  }

  private static void read(HttpRequest request, Exchange exchange, Response.Builder answer) {
    answerType(request, exchange)
        .ifPresent(type ->
            exchange.respond(
                HttpResponse.of(200, type.headerValue(), Codec.encode(answer.build(), type))));
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
}
