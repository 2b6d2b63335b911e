package io.meseta.executor;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** An agent that takes every executor, and says what a test tells it to. */
final class ScriptedAgent implements AutoCloseable {

  private final HttpServer server;
  private final LinkedBlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<HttpResponse> answers = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
  private volatile boolean holding;
  private final AtomicReference<EventStream> stream = new AtomicReference<>();

  ScriptedAgent() throws IOException {
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Router.builder().route("/api/v1/executor", this::handle).build());
  }

  /** As an executor finds it. */
  ExecutorEnvironment environment() {
    return ExecutorEnvironment.of(
        Map.of(
            "MESOS_FRAMEWORK_ID", "f1",
            "MESOS_EXECUTOR_ID", "e1",
            "MESOS_AGENT_ENDPOINT", "127.0.0.1:" + server.port(),
            "MESOS_CHECKPOINT", "1",
            "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "20secs",
            "MESOS_RECOVERY_TIMEOUT", "1mins",
            "MESOS_SUBSCRIPTION_BACKOFF_MAX", "200ms"));
  }

  private void handle(HttpRequest request, Exchange exchange) {
    Call call;
    try {
      call = Codec.decode(request.body(), Call.getDefaultInstance(), MediaType.PROTOBUF);
    } catch (DecodeException e) {
      exchange.respond(HttpResponse.text(400, String.valueOf(e.getMessage())));
      return;
    }
    HttpResponse scripted = answers.poll();
    if (scripted != null) {
      exchange.respond(scripted);
    } else if (call.getType() == Call.Type.SUBSCRIBE) {
      stream.set(exchange.openStream(MediaType.PROTOBUF.headerValue(), Headers.none()));
      say(
          Event.newBuilder()
              .setType(Event.Type.SUBSCRIBED)
              .setSubscribed(
                  Event.Subscribed.newBuilder()
                      .setExecutorInfo(
                          ExecutorInfo.newBuilder()
                              .setExecutorId(ExecutorID.newBuilder().setValue("e1")))
                      .setFrameworkInfo(FrameworkInfo.newBuilder().setUser("u").setName("f"))
                      .setAgentInfo(
                          AgentInfo.newBuilder()
                              .setHostname("h")
                              .setId(AgentID.newBuilder().setValue("A0")))));
    } else if (holding) {
      held.add(exchange);
    } else {
      exchange.respond(HttpResponse.empty(202));
    }
    calls.add(call);
  }

  /** Calls are not answered from here on. */
  void holdAnswers() {
    holding = true;
  }

  /** They are accepted after all. */
  void giveHeldAnswers() {
    holding = false;
    for (Exchange exchange = held.poll(); exchange != null; exchange = held.poll()) {
      exchange.respond(HttpResponse.empty(202));
    }
  }

  /** Answers the next call with this. */
  void answer(HttpResponse response) {
    answers.add(response);
  }

  void say(Event.Builder event) {
    open().send(Codec.encode(event.build(), MediaType.PROTOBUF));
  }

  /** The connection breaks. */
  void hangUp() {
    open().abort();
  }

  private EventStream open() {
    return Objects.requireNonNull(stream.get(), "nobody has subscribed");
  }

  /** The next call; waits for it. */
  Call call() throws InterruptedException {
    Call call = calls.poll(30, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("no call came");
    }
    return call;
  }

  @Override
  public void close() {
    server.close();
  }
}
