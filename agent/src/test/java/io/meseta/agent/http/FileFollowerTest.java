package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.sandbox.SandboxFiles;
import io.meseta.common.files.FileFollower;
import io.meseta.common.files.UnreadableFileException;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileFollowerTest {

  @TempDir Path workDir;
  private Path sandbox;
  private Path stdout;
  private HttpServer server;
  private final CountDownLatch ended = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    sandbox =
        Files.createDirectories(workDir.resolve("slaves/S0/frameworks/F1/executors/e/runs/c1"));
    stdout = Files.writeString(sandbox.resolve("stdout"), "one\n");
    FileFollower.Times times =
        new FileFollower.Times(
            Duration.ofMillis(10), Duration.ofMillis(200), Duration.ofMillis(500));
    SandboxFiles files = new SandboxFiles(workDir);
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Router.builder()
                .route(
                    "/follow",
                    (request, exchange) ->
                        Thread.ofVirtual()
                            .start(() -> {
                              OptionalLong offset =
                                  request.query("offset").stream()
                                      .mapToLong(Long::parseLong)
                                      .findFirst();
                              Optional<String> last = request.headers().first("Last-Event-ID");
                              try {
                                new FileFollower(files, stdout.toString(), times)
                                    .follow(offset, last, exchange);
                              } catch (UnreadableFileException
                                  | IOException
                                  | InterruptedException e) {
                                exchange.respond(HttpResponse.text(404, e.toString()));
                              }
                              ended.countDown();
                            }))
                .build());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** What a browser would make of it. */
  private final class Events implements AutoCloseable {
    private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    private final BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    private String lastId = "";

    Events(String query, String header) throws IOException {
      socket
          .getOutputStream()
          .write(
              ("GET /follow" + query + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n")
                  .getBytes(StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
      String line = in.readLine();
      if (line == null) {
        throw new AssertionError("The stream has ended");
      }
      return line;
    }

    /** The next line of data or the next event, heartbeats left out. */
    String next() throws IOException {
      while (true) {
        String line = line();
        if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
          line();
          return line.substring(7);
        } else if (line.startsWith("data: ")) {
          return line.substring(6);
        }
      }
    }

    void awaitHeartbeat() throws IOException {
      String line = "";
      while (!line.equals(": heartbeat")) {
        line = line();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private void append(String text) throws IOException {
    Files.writeString(stdout, text, StandardOpenOption.APPEND);
  }

  private void rotate(String next) throws IOException {
    for (int i = 5; i > 0; i--) {
      if (Files.exists(sandbox.resolve("stdout." + i))) {
        Files.move(sandbox.resolve("stdout." + i), sandbox.resolve("stdout." + (i + 1)));
      }
    }
    Files.move(stdout, sandbox.resolve("stdout.1"));
    Files.writeString(stdout, next);
  }

  @Test
  void goesOnAsTheFileGrows() throws Exception {
    try (Events events = new Events("", "")) {
      assertThat(events.next()).isEqualTo("{\"offset\":0,\"data\":\"one\\n\"}");
      append("two\n");
      assertThat(events.next()).isEqualTo("{\"offset\":4,\"data\":\"two\\n\"}");
      events.awaitHeartbeat();
      append("three\n");
      assertThat(events.next()).isEqualTo("{\"offset\":8,\"data\":\"three\\n\"}");
    }
  }

  @Test
  void beginsWhereItIsTold() throws Exception {
    try (Events end = new Events("?offset=-1", "");
        Events middle = new Events("?offset=2", "")) {
      assertThat(middle.next()).isEqualTo("{\"offset\":2,\"data\":\"e\\n\"}");
      end.awaitHeartbeat();
      append("two\n");
      assertThat(end.next()).isEqualTo("{\"offset\":4,\"data\":\"two\\n\"}");
    }
  }

  @Test
  void nothingIsLostOrDoubledWhenTheFileIsRotated() throws Exception {
    try (Events events = new Events("", "")) {
      assertThat(events.next()).contains("one");
      append("two\n");
      rotate("three\n");
      rotate("four\n");
      rotate("five\n");

      StringBuilder all = new StringBuilder();
      while (all.indexOf("five") < 0) {
        all.append(events.next()).append(' ');
      }
      assertThat(all.toString().replaceAll("\\{\"offset\":\\d+,\"data\":\"|\\\\n\"}", ""))
          .isEqualTo("two rotated three rotated four rotated five ");
    }
  }

  @Test
  void aClientThatComesBackGoesOnInTheFileThatItWasIn() throws Exception {
    String id;
    try (Events events = new Events("", "")) {
      assertThat(events.next()).contains("one");
      id = events.lastId;
    }
    append("two\n");
    rotate("three\n");

    try (Events events = new Events("", "Last-Event-ID: " + id + "\r\n")) {
      assertThat(events.next()).isEqualTo("{\"offset\":4,\"data\":\"two\\n\"}");
      assertThat(events.next()).isEqualTo("rotated");
      assertThat(events.next()).isEqualTo("{\"offset\":0,\"data\":\"three\\n\"}");
    }
  }

  @Test
  void aTruncatedFileBeginsAnew() throws Exception {
    try (Events events = new Events("", "")) {
      assertThat(events.next()).contains("one");
      Files.writeString(stdout, "1\n");
      assertThat(events.next()).isEqualTo("truncated");
      assertThat(events.next()).isEqualTo("{\"offset\":0,\"data\":\"1\\n\"}");
    }
  }

  @Test
  void aCharacterIsNotCut() throws Exception {
    byte[] bytes = "ä".getBytes(StandardCharsets.UTF_8);
    try (Events events = new Events("", "")) {
      assertThat(events.next()).contains("one");
      Files.write(stdout, new byte[] {bytes[0]}, StandardOpenOption.APPEND);
      events.awaitHeartbeat();
      Files.write(stdout, new byte[] {bytes[1]}, StandardOpenOption.APPEND);
      assertThat(events.next()).isEqualTo("{\"offset\":4,\"data\":\"ä\"}");
    }
  }

  @Test
  void endsWithTheSandbox() throws Exception {
    try (Events events = new Events("", "")) {
      assertThat(events.next()).contains("one");
      Files.move(sandbox, workDir.resolve("removed"));
      assertThat(events.next()).isEqualTo("end");
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aClientThatReadsNothingIsDisconnectedAndOneThatGoesIsNoticed() throws Exception {
    Files.write(sandbox.resolve("stdout"), new byte[64 << 20]);
    try (Events events = new Events("", "")) {
      assertThat(events.line()).startsWith("HTTP/1.1 200");
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void oneThatGoesIsNoticed() throws Exception {
    try (Events events = new Events("", "")) {
      assertThat(events.next()).contains("one");
    }
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
