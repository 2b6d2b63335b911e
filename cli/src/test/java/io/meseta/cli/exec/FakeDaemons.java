package io.meseta.cli.exec;

import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.DuplexExchange;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.RecordUpload;
import io.meseta.common.net.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A master and an agent in one: two pages, files, and sessions that the test leads. */
final class FakeDaemons implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 30;
  private static final Set<String> READ = Set.of("GET");

  private final Map<String, String> files = new ConcurrentHashMap<>();
  private final BlockingQueue<Call> launched = new LinkedBlockingQueue<>();
  private final BlockingQueue<EventStream> outputs = new LinkedBlockingQueue<>();
  private final BlockingQueue<Call> input = new LinkedBlockingQueue<>();
  private final HttpServer server;
  private volatile String masterState = "{}";
  private volatile String agentState = "{}";
  private volatile int exitStatus;
  private volatile HttpResponse refusal = HttpResponse.empty(200);

  FakeDaemons() throws IOException {
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Router.builder()
                // The master's under another path, so that one server can be both.
                .route("/state", READ, (q, x) -> x.respond(page(agentState)))
                .route("/files/read", READ, this::read)
                .route("/api/v1", this::call, this::takeInput)
                .build());
    master =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Router.builder().route("/state", READ, (q, x) -> x.respond(page(masterState))).build());
  }

  private final HttpServer master;

  private static HttpResponse page(String json) {
    return HttpResponse.json(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private void read(HttpRequest request, Exchange exchange) {
    byte[] file =
        files
            .getOrDefault(request.query("path").orElse(""), "")
            .getBytes(StandardCharsets.ISO_8859_1);
    int offset = Integer.parseInt(request.query("offset").orElse("0"));
    int length = Integer.parseInt(request.query("length").orElse("1000"));
    if (offset < 0) {
      exchange.respond(page("{'data':'','offset':" + file.length + "}"));
      return;
    }
    int from = Math.min(offset, file.length);
    // Small pieces, so that there are several.
    int to = Math.min(file.length, from + Math.min(length, 7));
    String data = new String(file, from, to - from, StandardCharsets.ISO_8859_1);
    exchange.respond(page("{'data':'" + data + "','offset':" + from + "}"));
  }

  private void call(HttpRequest request, Exchange exchange) {
    Call call = parse(request.body());
    if (call.getType() == Call.Type.WAIT_CONTAINER) {
      Response.WaitContainer.Builder end =
          Response.WaitContainer.newBuilder().setExitStatus(exitStatus);
      exchange.respond(
          HttpResponse.of(
              200,
              MediaType.PROTOBUF.headerValue(),
              Response.newBuilder()
                  .setType(Response.Type.WAIT_CONTAINER)
                  .setWaitContainer(end)
                  .build()
                  .toByteArray()));
    } else if (refusal.status() != 200) {
      exchange.respond(refusal);
    } else {
      launched.add(call);
      outputs.add(
          exchange.openStream(
              MediaType.RECORDIO.headerValue(),
              Headers.of("Message-Content-Type", MediaType.PROTOBUF.headerValue())));
    }
  }

  private void takeInput(HttpRequest request, DuplexExchange exchange) {
    RecordUpload upload = exchange.upload();
    upload.onEnd(reason -> exchange.respond(HttpResponse.empty(200)));
    upload.receive(record -> input.add(parse(record)));
  }

  private static Call parse(byte[] bytes) {
    try {
      return Call.parseFrom(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("not a call", e);
    }
  }

  URI agent() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  URI master() {
    return URI.create("http://127.0.0.1:" + master.port());
  }

  /** Tasks on the one agent: each "framework/task/state/container". */
  FakeDaemons tasks(List<String> tasks) {
    StringBuilder onMaster = new StringBuilder();
    StringBuilder onAgent = new StringBuilder();
    for (String task : tasks) {
      String[] parts = task.split("/", -1);
      String separator = onMaster.isEmpty() ? "" : ",";
      onMaster
          .append(separator)
          .append(
              ("{'id':'%s','tasks':[{'id':'%s','state':'%s','slave_id':'S0','statuses':["
                      + "{'container_status':{'container_id':{'value':'%s'}}}]}]}")
                  .formatted(parts[0], parts[1], parts[2], parts[3]));
      onAgent
          .append(separator)
          .append(
              ("{'id':'%s','executors':[{'id':'%s','container':'%s','directory':'/d/%s',"
                      + "'tasks':[{'id':'%s','state':'%s'}],'completed_tasks':[]}]}")
                  .formatted(parts[0], parts[1], parts[3], parts[3], parts[1], parts[2]));
    }
    masterState =
        "{'slaves':[{'id':'S0','pid':'slave(1)@127.0.0.1:%d'}],'frameworks':[%s]}"
            .formatted(server.port(), onMaster);
    agentState = "{'frameworks':[%s]}".formatted(onAgent);
    return this;
  }

  /** Of characters that are a byte each. */
  void file(String path, String content) {
    files.put(path, content);
  }

  void exitStatus(int status) {
    exitStatus = status;
  }

  void refuse(int status, String reason) {
    refusal = HttpResponse.text(status, reason);
  }

  Call launched() throws InterruptedException {
    return next(launched, "launch");
  }

  EventStream output() throws InterruptedException {
    return next(outputs, "output");
  }

  Call input() throws InterruptedException {
    return next(input, "input");
  }

  private static <T> T next(BlockingQueue<T> queue, String what) throws InterruptedException {
    T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no " + what);
    }
    return next;
  }

  static byte[] data(ProcessIO.Data.Type stream, String text) {
    return ProcessIO.newBuilder()
        .setType(ProcessIO.Type.DATA)
        .setData(
            ProcessIO.Data.newBuilder()
                .setType(stream)
                .setData(com.google.protobuf.ByteString.copyFromUtf8(text)))
        .build()
        .toByteArray();
  }

  @Override
  public void close() {
    server.close();
    master.close();
  }
}
