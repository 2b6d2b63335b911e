package io.meseta.agent.http;

import io.meseta.agent.security.AgentCallGuard;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.LargeMessages;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.DuplexExchange;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /api/v1} of an agent: what can be refused without knowing the agent's state is
 * refused here, in the order of Mesos, and the rest is handed to whoever answers it.
 *
 * <pre>
 * body of one message   types ─► worker: decode, validate ─┬─► reading calls ─► answer
 *                                                          └─► {@link ContainerCalls}: answer, or stream of records
 * body of records       types ─► {@link InputUpload}: first record names the container, others are its input
 * </pre>
 */
public final class OperatorApi implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OperatorApi.class);
  private static final String PATH = "/api/v1";
  private static final int WORKERS = 16;
  private static final int WAITING_CALLS = 256;

  private final ReadingCalls reads;
  private final ContainerCalls containers;
  private final InputLimits inputLimits;
  private final AgentCallGuard guard;
  private final CallWorkers workers = new CallWorkers(WORKERS, WAITING_CALLS);

  /** Answers calls that only read. */
  @FunctionalInterface
  public interface ReadingCalls {

    /**
     * The answer; without a type if there is nothing to say; empty for a call that is not answered
     * here. May block; called by several threads.
     *
     * @throws CallRefusedException to refuse it with a status
     * @throws IllegalArgumentException if the call makes no sense: 400
     * @throws IOException if a file cannot be read: 404, or 403 where access is denied
     */
    Optional<Response> answer(Call call) throws IOException;
  }

  /** Nothing is open before the route has been added. */
  public OperatorApi(
      ReadingCalls reads,
      ContainerCalls containers,
      InputLimits inputLimits,
      AgentCallGuard guard) {
    this.guard = guard;
    this.reads = reads;
    this.containers = containers;
    this.inputLimits = inputLimits;
  }

  /** Adds the route; the prefix {@code /slave(1)} is the business of whoever owns the router. */
  public void addTo(Router.Builder router) {
    router.route(PATH, this::handle, this::handleRecords);
  }

  private void handle(HttpRequest request, Exchange exchange) {
    CallTypes types;
    try {
      types = CallTypes.ofMessage(request);
    } catch (CallRefusedException e) {
      exchange.respond(refusal(e));
      return;
    }
    workers.run(exchange, () -> answer(request, types, exchange));
  }

  private static HttpResponse refusal(CallRefusedException e) {
    HttpResponse response = e.toResponse();
    return e.status() == 405 ? response.withHeader("Allow", "POST") : response;
  }

  private void answer(HttpRequest request, CallTypes types, Exchange unguarded)
      throws InterruptedException {
    Call call = decode(request.body(), types.body());
    Exchange exchange = guard.admit(request, call, unguarded);
    try {
      answer(call, request, types, exchange);
    } catch (CallRefusedException e) {
      exchange.respond(refusal(e));
    }
  }

  private void answer(Call call, HttpRequest request, CallTypes types, Exchange exchange)
      throws InterruptedException {
    Call.Type type = call.getType();
    if (type == Call.Type.ATTACH_CONTAINER_INPUT) {
      throw new CallRefusedException(
          415, "Expecting 'Content-Type' to be " + MediaType.RECORDIO + " for " + type + " call");
    }
    if (isStreaming(type)) {
      containers.stream(call, request.remoteAddress(), () -> open(types, exchange));
      return;
    }
    if (types.wantsRecordIo()) {
      throw new CallRefusedException(
          406, "Streaming response is not supported for " + type + " call");
    }
    if (isAboutContainers(type)) {
      answerLater(call, request.remoteAddress(), types, exchange);
      return;
    }
    Response response = read(call);
    exchange.respond(
        response.hasType() ? encoded(response, types.answer()) : HttpResponse.empty(200));
  }

  private Response read(Call call) {
    try {
      return reads.answer(call).orElseThrow(() -> notImplemented(call.getType()));
    } catch (IllegalArgumentException e) {
      throw new CallRefusedException(400, String.valueOf(e.getMessage()));
    } catch (AccessDeniedException e) {
      log.debug("access denied", e);
      throw new CallRefusedException(403, "Access denied");
    } catch (IOException e) {
      log.debug("a file cannot be read", e);
      throw new CallRefusedException(404, "The file cannot be read, or is not there");
    }
  }

  private static CallRefusedException notImplemented(Call.Type type) {
    return new CallRefusedException(
        501,
        ContainerCalls.unsupportedReason(type)
            .orElse("Call " + type + " is not implemented by this agent"));
  }

  private static boolean isStreaming(Call.Type type) {
    return type == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION
        || type == Call.Type.ATTACH_CONTAINER_OUTPUT;
  }

  private static boolean isAboutContainers(Call.Type type) {
    return switch (type) {
      case WAIT_CONTAINER,
          WAIT_NESTED_CONTAINER,
          KILL_CONTAINER,
          KILL_NESTED_CONTAINER,
          REMOVE_CONTAINER,
          REMOVE_NESTED_CONTAINER ->
          true;
      default -> false;
    };
  }

  /**
   * Bytes to a call that is well-formed.
   *
   * @throws CallRefusedException with status 400
   */
  static Call decode(byte[] body, MediaType type) {
    Call call;
    try {
      call =
          LargeMessages.decode(body, bytes -> Codec.decode(bytes, Call.getDefaultInstance(), type));
    } catch (DecodeException e) {
      throw new CallRefusedException(400, "Failed to parse body into Call: " + e.getMessage());
    }
    AgentCallValidation.invalidReason(call)
        .ifPresent(reason -> {
          throw new CallRefusedException(400, "Failed to validate agent::Call: " + reason);
        });
    return call;
  }

  /** The types of the answer are exactly those that were asked for. */
  private static ProcessStream open(CallTypes types, Exchange exchange) {
    Headers headers =
        types.wantsRecordIo()
            ? Headers.of("Message-Content-Type", types.records().headerValue())
            : Headers.none();
    return new ProcessStream(
        exchange.openStream(types.answer().headerValue(), headers), types.records());
  }

  private void answerLater(
      Call call, InetSocketAddress client, CallTypes types, Exchange exchange) {
    CompletableFuture<Optional<Response>> answer = containers.answer(call, client);
    exchange.onDisconnect(() -> answer.cancel(false));
    var unused =
        answer.whenComplete((response, failure) -> {
          if (failure instanceof CallRefusedException refused) {
            exchange.respond(refused.toResponse());
          } else if (response != null) {
            exchange.respond(
                response
                    .map(present -> encoded(present, types.answer()))
                    .orElseGet(() -> HttpResponse.empty(200)));
          } else if (!answer.isCancelled()) {
            log.error("call {} failed", call.getType(), failure);
            exchange.respond(
                HttpResponse.text(500, "The request failed for an internal reason; see the log"));
          }
        });
  }

  private static HttpResponse encoded(Response response, MediaType type) {
    return HttpResponse.of(200, type.headerValue(), Codec.encode(response, type));
  }

  private void handleRecords(HttpRequest request, DuplexExchange exchange) {
    CallTypes types;
    try {
      types = CallTypes.ofRecords(request);
    } catch (CallRefusedException e) {
      exchange.respond(e.toResponse());
      return;
    }
    if (!inputLimits.tryBegin()) {
      exchange.respond(
          HttpResponse.text(503, "The agent has too many inputs attached: try again")
              .withHeader("Retry-After", "1"));
      return;
    }
    new InputUpload(request.remoteAddress(), types, exchange, containers, inputLimits).begin();
  }

  @Override
  public void close() {
    workers.close();
    inputLimits.close();
  }
}
