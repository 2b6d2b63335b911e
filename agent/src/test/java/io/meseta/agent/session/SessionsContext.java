package io.meseta.agent.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.session.ApiFixture.Records;
import io.meseta.common.codec.MediaType;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Sessions over HTTP, with commands that do what the test says: what their tests share. */
abstract class SessionsContext {

  static final Duration LIMIT = Duration.ofSeconds(30);
  static final Duration OFTEN = Duration.ofMillis(50);
  static final Duration SELDOM = Duration.ofHours(1);

  @TempDir Path sandbox;
  final FakeExec exec = new FakeExec();
  final Set<ContainerId> running = ConcurrentHashMap.newKeySet();
  ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    running.add(new ContainerId("task"));
    open(new SessionOptions(2, SELDOM, LIMIT, Duration.ofMillis(20), 3));
  }

  final void open(SessionOptions options) throws IOException {
    api =
        new ApiFixture(
            exec,
            id ->
                running.contains(id)
                    ? Optional.of(new RunningContainers.Running("a-task", sandbox))
                    : Optional.empty(),
            options);
  }

  final void reopen(SessionOptions options) throws IOException {
    api.close();
    open(options);
  }

  @AfterEach
  void stop() {
    exec.endTheRest();
    api.close();
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  static String launch(String id) {
    return ApiFixture.launch("task", id, ApiFixture.command("cat"));
  }

  /** Launches one, and reads the head of the answer. */
  Records launch(RawClient client, String call) throws IOException {
    client.send(ApiFixture.request(ApiFixture.RECORDS, call));
    RawClient.Answer head = client.readHead();
    assertThat(head.status()).isEqualTo(200);
    return new Records(client, MediaType.JSON);
  }

  static Map<String, Object> about(FakeExec.Started started) {
    return Map.of(
        "container", started.container.toString(),
        "argv", started.command.argv(),
        "environment", started.command.environment(),
        "user", started.command.user(),
        "terminal", started.command.terminal());
  }
}
