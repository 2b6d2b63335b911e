package io.meseta.agent.http;

import io.meseta.agent.core.AgentEvent;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.runtime.SerialExecutor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /api/v1/executor}, up to the core, and the event streams that it opens, by the ids
 * under which the core knows them.
 *
 * <p>What can be refused without the agent's state is refused here, in the order in which Mesos
 * does it: method 405, no media type or bad body 400, other media type 415, answer type 406.
 *
 * <p>Thread-safe. A stream whose executor does not keep up is dropped; the core hears of it as of
 * any other end.
 */
public final class ExecutorStreams implements HttpHandler, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ExecutorStreams.class);
  private static final List<String> TYPES =
      List.of(MediaType.JSON.headerValue(), MediaType.PROTOBUF.headerValue());

  /** Records per stream that may wait to be encoded. */
  private static final int MAX_WAITING_RECORDS = 10_000;

  private static final long CLOSE_LIMIT_SECONDS = 5;

  /** The way into the core. Any thread. */
  public interface Inbox {

    /** A call; false when there is no room, and the executor is to be told so. */
    boolean offer(Function<Instant, AgentEvent> input);

    /** Something that must not be lost: the end of a connection. */
    void post(Function<Instant, AgentEvent> input);
  }

  private record Pending(Exchange exchange, MediaType answers) {}

  private record Stream(EventStream stream, MediaType type, SerialExecutor order) {}

  private final Inbox inbox;
  private final BiFunction<HttpRequest, Call, Optional<HttpResponse>> guard;
  private final ExecutorService encoder =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("agent-executors").factory());
  private final AtomicLong nextId = new AtomicLong();
  private final Map<Long, Pending> exchanges = new ConcurrentHashMap<>();
  private final Map<Long, Stream> streams = new ConcurrentHashMap<>();

  /**
   * @param guard says how a call is refused that its client may not make; empty: it may
   */
  public ExecutorStreams(Inbox inbox, BiFunction<HttpRequest, Call, Optional<HttpResponse>> guard) {
    this.inbox = inbox;
    this.guard = guard;
  }

  // ---- calls ----

  private sealed interface Checked {
    record Good(Call call, MediaType answers) implements Checked {}

    record Refused(HttpResponse answer) implements Checked {}
  }

  @Override
  public void handle(HttpRequest request, Exchange exchange) {
    switch (check(request)) {
      case Checked.Refused refused -> exchange.respond(refused.answer());
      case Checked.Good good -> {
        long id = nextId.incrementAndGet();
        exchanges.put(id, new Pending(exchange, good.answers()));
        // One that has left needs no answer; its SUBSCRIBE ends as soon as the core has opened it.
        if (!inbox.offer(at -> new AgentEvent.ExecutorCalled(at, id, good.call()))) {
          answer(id, 503, "The agent has too many calls waiting: try again");
        }
      }
    }
  }

  private Checked check(HttpRequest request) {
    if (!request.method().equals("POST")) {
      return new Checked.Refused(
          HttpResponse.text(
                  405, "Expecting one of { 'POST' }, but received '" + request.method() + "'")
              .withHeader("Allow", "POST"));
    }
    ContentNegotiation.RequestType type = ContentNegotiation.requestType(request.headers(), TYPES);
    if (type.refusal() != null) {
      return new Checked.Refused(type.refusal());
    }
    MediaType bodyType =
        MediaType.PROTOBUF.headerValue().equals(type.type()) ? MediaType.PROTOBUF : MediaType.JSON;
    Call call;
    try {
      call = Codec.decode(request.body(), Call.getDefaultInstance(), bodyType);
    } catch (DecodeException e) {
      return new Checked.Refused(
          HttpResponse.text(400, "Failed to parse body into Call: " + e.getMessage()));
    }
    Optional<HttpResponse> refusal = guard.apply(request, call);
    if (refusal.isPresent()) {
      return new Checked.Refused(refusal.get());
    }
    Optional<MediaType> answers =
        ContentNegotiation.answerType(request.headers().all("Accept"), TYPES)
            .flatMap(MediaType::parse);
    if (answers.isEmpty() && call.getType() == Call.Type.SUBSCRIBE) {
      return new Checked.Refused(
          HttpResponse.text(406, "Expecting 'Accept' to allow one of " + String.join(", ", TYPES)));
    }
    return new Checked.Good(call, answers.orElse(MediaType.JSON));
  }

  /** Answers a call; an empty message: no body. */
  public void answer(long call, int status, String message) {
    Pending pending = exchanges.remove(call);
    if (pending != null) {
      pending.exchange.respond(
          message.isEmpty() ? HttpResponse.empty(status) : HttpResponse.text(status, message));
    }
  }

  // ---- streams ----

  /** Answers a SUBSCRIBE with a stream of the same id. */
  public void open(long call) {
    Pending pending = exchanges.remove(call);
    if (pending == null) {
      inbox.post(at -> new AgentEvent.ExecutorDisconnected(at, call));
      return;
    }
    EventStream stream = pending.exchange.openStream(pending.answers.headerValue(), Headers.none());
    streams.put(
        call,
        new Stream(stream, pending.answers, new SerialExecutor(encoder, MAX_WAITING_RECORDS)));
    stream.onClose(reason -> {
      streams.remove(call);
      inbox.post(at -> new AgentEvent.ExecutorDisconnected(at, call));
    });
  }

  public void send(long connection, Event event) {
    Stream stream = streams.get(connection);
    if (stream == null) {
      return;
    }
    boolean room =
        stream.order.tryExecute(() -> stream.stream.send(Codec.encode(event, stream.type)));
    if (!room) {
      log.warn("The stream {} of an executor does not keep up: dropped", connection);
      stream.stream.abort();
    }
  }

  /** Ends a stream after what was sent on it. */
  public void close(long connection) {
    Stream stream = streams.get(connection);
    if (stream != null && !stream.order.tryExecute(stream.stream::close)) {
      stream.stream.abort();
    }
  }

  /** Drops all streams, as the end of the process would: executors look for the next agent. */
  @Override
  public void close() {
    streams.values().forEach(stream -> stream.stream.abort());
    encoder.shutdown();
    try {
      if (!encoder.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        encoder.shutdownNow();
      }
    } catch (InterruptedException e) {
      encoder.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
