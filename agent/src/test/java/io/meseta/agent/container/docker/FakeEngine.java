package io.meseta.agent.container.docker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * An engine of canned answers, for what a real one cannot be made to do at will. Requests are known
 * by method and path without the version: {@code POST /containers/create}.
 */
final class FakeEngine {

  /** An answer: a status and a body. */
  record Answer(int status, String body) {
    static Answer ok(String body) {
      return new Answer(200, body);
    }

    static Answer notFound() {
      return new Answer(404, "{\"message\":\"no such thing\"}");
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Function<Integer, Answer>> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new ArrayList<>();
  private final Map<String, String> bodies = new ConcurrentHashMap<>();
  private final Map<String, String> auths = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  FakeEngine(String apiVersion, String minimum) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    answer(
        "GET /version",
        "{\"Version\":\"fake\",\"ApiVersion\":\"%s\",\"MinAPIVersion\":\"%s\"}"
            .formatted(apiVersion, minimum));
    answer("GET /containers/json", "[]");
    server.start();
  }

  URI host() {
    return URI.create("tcp://127.0.0.1:" + server.getAddress().getPort());
  }

  void answer(String request, String body) {
    answers.put(request, count -> Answer.ok(body));
  }

  /** Answers by how many such requests came before. May block: the engine hangs then. */
  void answer(String request, Function<Integer, Answer> answer) {
    answers.put(request, answer);
  }

  /** A container in this state, as inspecting it shows it. */
  static String container(String status, int exitCode) {
    return """
    {"Id":"c1","State":{"Status":"%s","Running":%s,"Pid":7,"ExitCode":%d},
     "HostConfig":{"NetworkMode":"host","Memory":67108864},"Config":{}}
    """
        .formatted(status, status.equals("running"), exitCode);
  }

  /** All requests so far, with their paths as they came. */
  List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** The body of the last such request. */
  String body(String request) {
    return bodies.getOrDefault(request, "");
  }

  /** What the last such request that had any told for the registry. */
  String auth(String request) {
    return auths.getOrDefault(request, "");
  }

  long count(String request) {
    return requests().stream().map(FakeEngine::withoutVersion).filter(request::equals).count();
  }

  private static String withoutVersion(String request) {
    return request.replaceFirst(" /v\\d+\\.\\d+/", " /");
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    bodies.put(
        withoutVersion(request),
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String auth = exchange.getRequestHeaders().getFirst("X-Registry-Auth");
    if (auth != null) {
      auths.put(withoutVersion(request), auth);
    }
    int before;
    synchronized (requests) {
      before = (int) count(withoutVersion(request));
      requests.add(request);
    }
    if (request.endsWith("/events")) {
      holdOpen(exchange);
      return;
    }
    Function<Integer, Answer> answer = answers.get(withoutVersion(request));
    Answer given = answer == null ? Answer.notFound() : answer.apply(before);
    byte[] body = given.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(given.status(), body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private void holdOpen(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().flush();
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
