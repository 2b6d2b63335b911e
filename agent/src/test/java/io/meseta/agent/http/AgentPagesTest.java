package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meseta.agent.core.AgentView;
import io.meseta.api.v1.TaskState;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.runtime.Verbosity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentPagesTest {

  private final List<Integer> levels = Collections.synchronizedList(new ArrayList<>());
  private volatile AgentView view =
      new ShownAgent().framework("f1").task("f1", "t1", TaskState.TASK_RUNNING).view();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server =
      HttpServer.start(
          HttpServerOptions.listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
          new AgentPages(sources(), workers)
              .router(
                  (request, exchange) -> exchange.respond(HttpResponse.text(200, "meters")),
                  others ->
                      others.route(
                          "/other",
                          (request, exchange) -> exchange.respond(HttpResponse.empty(200)))));
  private final HttpClient client = HttpClient.newHttpClient();

  AgentPagesTest() throws Exception {}

  private ReadSources sources() {
    TreeMap<String, Double> metrics = new TreeMap<>();
    metrics.put("slave/cpus_total", 8.0);
    return new ReadSources(
        ShownAgent.ABOUT,
        () -> view,
        () -> metrics,
        new ContainerUsage(() -> view, pid -> Optional.empty(), InstantSource.system()),
        new Verbosity(Optional.of(levels::add)));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    workers.shutdownNow();
  }

  private java.net.http.HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/state",
        "/containers",
        "/monitor/statistics",
        "/metrics/snapshot",
        "/flags",
        "/version",
        "/tasks"
      })
  void eachPageHasAllItsNames(String path) throws Exception {
    String plain = get(path).body();

    for (String name : List.of(path + ".json", "/slave(1)" + path, "/slave(1)" + path + ".json")) {
      java.net.http.HttpResponse<String> answer = get(name);
      assertThat(answer.statusCode()).as(name).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(ShownAgent.JSON.readTree(answer.body()).getNodeType())
          .isEqualTo(ShownAgent.JSON.readTree(plain).getNodeType());
    }
  }

  @Test
  void healthIsEmptyAndMetersAreThere() throws Exception {
    assertThat(get("/health").statusCode()).isEqualTo(200);
    assertThat(get("/slave(1)/health").body()).isEmpty();
    assertThat(get("/metrics").body()).isEqualTo("meters");
  }

  @Test
  void theStateFollowsTheView() throws Exception {
    assertThat(get("/state").body()).contains("\"t1\"");

    view = new ShownAgent().framework("f1").task("f1", "t2", TaskState.TASK_RUNNING).view();

    assertThat(get("/state").body()).contains("\"t2\"").doesNotContain("\"t1\"");
  }

  @Test
  void metricsAreAFlatObjectOfNumbers() throws Exception {
    assertThat(get("/metrics/snapshot?timeout=5secs").body())
        .isEqualTo("{\"slave/cpus_total\":8.0}");
  }

  @Test
  void theLoggingLevelIsToldAndSet() throws Exception {
    assertThat(get("/logging/toggle").body()).isEqualTo("0");
    assertThat(get("/logging/toggle?level=1&duration=10mins").statusCode()).isEqualTo(200);
    assertThat(get("/slave(1)/logging/toggle").body()).isEqualTo("1");
    assertThat(levels).containsExactly(1);
  }

  @Test
  void aLoggingLevelThatMakesNoSenseIsRefusedWithTheReason() throws Exception {
    assertThat(get("/logging/toggle?level=x&duration=1mins").body()).contains("whole number");
    assertThat(get("/logging/toggle?level=1").body()).contains("not a duration");
    assertThat(get("/logging/toggle?level=7&duration=1mins").statusCode()).isEqualTo(400);
    assertThat(levels).isEmpty();
  }

  @Test
  void aLevelFallsBackByItself() throws Exception {
    get("/logging/toggle?level=2&duration=1ms");

    await().until(() -> levels.equals(List.of(2, 0)));
    assertThat(get("/logging/toggle").body()).isEqualTo("0");
  }
}
