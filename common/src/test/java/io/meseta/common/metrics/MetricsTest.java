package io.meseta.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.common.recording.RecordingStats;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void thePageShowsWhatIsThereWhenItIsAsked() throws Exception {
    AtomicLong value = new AtomicLong(1);
    try (Metrics metrics = new Metrics()) {
      metrics.gauge("meseta.test.size", "A size", value::get, "kind", "large");
      metrics.counter("meseta.test.events", "A count", value, AtomicLong::get);
      Router router = Router.builder().route("/metrics", Set.of("GET"), metrics.page()).build();
      InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      try (HttpServer server = HttpServer.start(HttpServerOptions.listeningOn(free), router)) {
        metrics.httpServer(server::stats);
        metrics.recording(() -> Optional.of(new RecordingStats(true, value.get(), 99, 2)));
        value.set(7);

        HttpResponse<String> page =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                        .build(),
                    HttpResponse.BodyHandlers.ofString());

        assertThat(page.headers().firstValue("Content-Type"))
            .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(page.body())
            .contains("meseta_test_size{kind=\"large\"} 7.0")
            .contains("meseta_test_events_total 7.0")
            .contains("meseta_http_requests_total 1.0")
            .contains("meseta_recording_enabled 1.0")
            .contains("meseta_recording_running 1.0")
            .contains("meseta_recording_events_total 7.0")
            .contains("meseta_recording_bytes_total 99.0")
            .contains("meseta_recording_stops_total 2.0")
            .contains("jvm_memory_used_bytes");
      }
    }
  }
}
