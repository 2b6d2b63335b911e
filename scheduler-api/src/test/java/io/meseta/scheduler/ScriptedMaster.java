package io.meseta.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A master that says what a test tells it to: takes every subscription and accepts every call,
 * unless an answer has been scripted.
 */
final class ScriptedMaster implements AutoCloseable {

  static final String FRAMEWORK_ID = "fw-0001";

  /** What a client sent. */
  record Received(Call call, Headers headers) {}

  private final HttpServer server;
  private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final List<Call> all = new ArrayList<>();
  private final ConcurrentLinkedQueue<HttpResponse> subscribeAnswers =
      new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<HttpResponse> callAnswers = new ConcurrentLinkedQueue<>();
  private final LinkedBlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();
  private volatile double heartbeatSeconds = 15;
  private int subscriptions;

  ScriptedMaster() throws IOException {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(loopback),
            Router.builder().route("/api/v1/scheduler", this::handle).build());
  }

  String address() {
    return "127.0.0.1:" + server.port();
  }

  int port() {
    return server.port();
  }

  String url() {
    return "http://" + address();
  }

  // ---------------------------------------------------------------- the script

  void heartbeatSeconds(double seconds) {
    heartbeatSeconds = seconds;
  }

  /** Answers the next SUBSCRIBE with this instead of a stream. */
  void refuseSubscribe(HttpResponse answer) {
    subscribeAnswers.add(answer);
  }

  /** Answers the next call of the author's (RECONCILE is the driver's) with this. */
  void answerCall(HttpResponse answer) {
    callAnswers.add(answer);
  }

  /** The stream of a subscription, in their order. */
  EventStream nextStream() throws InterruptedException {
    EventStream stream = streams.poll(60, TimeUnit.SECONDS);
    assertThat(stream).as("a subscription").isNotNull();
    return stream;
  }

  /** The next call of the type; others that come before are passed over. */
  Received next(Call.Type type) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      Received next = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("no " + type + " has come; all that came: " + all());
      }
      if (next.call().getType() == type) {
        return next;
      }
    }
  }

  List<Call> all() {
    synchronized (all) {
      return List.copyOf(all);
    }
  }

  long count(Call.Type type) {
    return all().stream().filter(call -> call.getType() == type).count();
  }

  static void send(EventStream stream, Event event) {
    stream.send(Codec.encode(event, MediaType.PROTOBUF));
  }

  // ---------------------------------------------------------------- the server

  private void handle(HttpRequest request, Exchange exchange) {
    MediaType type =
        request.headers().first("Content-Type").flatMap(MediaType::parse).orElse(MediaType.JSON);
    Call call;
    try {
      call = Codec.decode(request.body(), Call.getDefaultInstance(), type);
    } catch (DecodeException e) {
      exchange.respond(HttpResponse.text(400, String.valueOf(e.getMessage())));
      return;
    }
    synchronized (all) {
      all.add(call);
    }
    if (call.getType() == Call.Type.SUBSCRIBE) {
      subscribe(type, exchange);
    } else {
      HttpResponse scripted = call.getType() == Call.Type.RECONCILE ? null : callAnswers.poll();
      exchange.respond(scripted != null ? scripted : HttpResponse.empty(202));
    }
    received.add(new Received(call, request.headers()));
  }

  private void subscribe(MediaType type, Exchange exchange) {
    HttpResponse scripted = subscribeAnswers.poll();
    if (scripted != null) {
      exchange.respond(scripted);
      return;
    }
    EventStream stream;
    synchronized (this) {
      subscriptions++;
      stream =
          exchange.openStream(
              type.headerValue(), Headers.of("Mesos-Stream-Id", "stream-" + subscriptions));
    }
    stream.send(Codec.encode(subscribed(), type));
    streams.add(stream);
  }

  private Event subscribed() {
    Event.Builder event = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
    event
        .getSubscribedBuilder()
        .setHeartbeatIntervalSeconds(heartbeatSeconds)
        .setMasterInfo(MasterInfo.newBuilder().setId("m").setIp(16_777_343).setPort(server.port()))
        .getFrameworkIdBuilder()
        .setValue(FRAMEWORK_ID);
    return event.build();
  }

  @Override
  public void close() {
    server.close();
  }
}
