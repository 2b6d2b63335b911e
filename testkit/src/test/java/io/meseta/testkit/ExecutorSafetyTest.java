package io.meseta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.common.net.TlsFiles;
import io.meseta.common.net.TlsOptions;
import io.meseta.common.testing.TestAuthority;
import io.meseta.executor.Executor;
import io.meseta.executor.ExecutorDriver;
import io.meseta.executor.ExecutorEnvironment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An executor of an agent that speaks https and wants to know who calls. */
@Timeout(120)
class ExecutorSafetyTest {

  @TempDir Path directory;
  private final Map<String, String> variables =
      new TreeMap<>(
          Map.of(
              "MESOS_FRAMEWORK_ID", "f1",
              "MESOS_EXECUTOR_ID", "e1",
              "MESOS_AGENT_ENDPOINT", "127.0.0.1:5051",
              "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "20secs"));

  @Test
  void theEnvironmentSaysHow() {
    assertThat(ExecutorEnvironment.of(variables).safety())
        .isEqualTo(ExecutorEnvironment.Safety.NONE);
    variables.put("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "a.b.hunter2");
    variables.put("LIBPROCESS_SSL_ENABLED", "1");
    variables.put("LIBPROCESS_SSL_CA_FILE", "/ca.pem");

    ExecutorEnvironment environment = ExecutorEnvironment.of(variables);

    assertThat(environment.safety())
        .isEqualTo(
            new ExecutorEnvironment.Safety(
                Optional.of("a.b.hunter2"), true, Optional.of(Path.of("/ca.pem"))));
    assertThat(environment.toString()).doesNotContain("hunter2");
  }

  @Test
  void itShowsItsTokenOverHttps() throws Exception {
    TestAuthority authority = new TestAuthority(directory);
    TlsOptions.Own own = authority.issue("agent", "ip:127.0.0.1");
    LinkedBlockingQueue<String> shown = new LinkedBlockingQueue<>();
    try (TlsFiles tls =
            TlsFiles.open(TlsOptions.of(own.certificate(), own.key(), authority.authorities()));
        HttpServer agent =
            HttpServer.start(
                HttpServerOptions.listeningOn(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .with(tls),
                Router.builder()
                    .route(
                        "/api/v1/executor",
                        (request, exchange) -> {
                          shown.add(request.headers().first("Authorization").orElse("nothing"));
                          exchange.openStream(MediaType.PROTOBUF.headerValue(), Headers.none());
                        })
                    .build())) {
      variables.put("MESOS_AGENT_ENDPOINT", "127.0.0.1:" + agent.port());
      variables.put("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "a.b.c");
      variables.put("LIBPROCESS_SSL_ENABLED", "1");
      variables.put("LIBPROCESS_SSL_CA_FILE", authority.authorities().toString());

      try (ExecutorDriver driver =
          ExecutorDriver.start(new Silent(), ExecutorEnvironment.of(variables))) {
        assertThat(shown.poll(30, TimeUnit.SECONDS)).isEqualTo("Bearer a.b.c");
        assertThat(driver).isNotNull();
      }
    }
  }

  private static final class Silent implements Executor {
    @Override
    public void launch(ExecutorDriver driver, TaskInfo task) {}

    @Override
    public void kill(ExecutorDriver driver, TaskID task, Optional<Duration> gracePeriod) {}

    @Override
    public void shutdown(ExecutorDriver driver) {}
  }
}
