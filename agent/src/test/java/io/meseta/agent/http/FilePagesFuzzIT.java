package io.meseta.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.sandbox.SandboxFiles;
import io.meseta.common.files.FilePages;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of requests that are nearly right, while a task exchanges directories for links: no
 * answer is an error of the agent's, and none has anything in it that is outside of the sandbox.
 */
class FilePagesFuzzIT {

  private static final int REQUESTS = 5_000;
  private static final long SEED = 20260101;
  private static final String SECRET = "this-is-outside";
  private static final String INSIDE = "this-is-inside";

  @TempDir Path directory;
  private Path sandbox;
  private FilePages pages;
  private HttpServer server;
  private final Random random = new Random(SEED);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private Thread task = new Thread();

  @BeforeEach
  void start() throws IOException {
    Path workDir = Files.createDirectories(directory.resolve("work"));
    Path outside = Files.createDirectories(directory.resolve("outside/app"));
    Files.writeString(outside.resolve("data"), SECRET);
    Files.writeString(outside.resolve(SECRET), SECRET);
    Files.createDirectories(workDir.resolve("journal"));
    Files.writeString(workDir.resolve("journal/journal.db"), SECRET);
    Path runs =
        Files.createDirectories(workDir.resolve("slaves/S0/frameworks/F1/executors/e/runs"));
    Files.writeString(Files.createDirectories(runs.resolve("c2")).resolve("stdout"), INSIDE);
    sandbox = Files.createDirectories(runs.resolve("c1"));
    Files.createSymbolicLink(runs.resolve("latest"), Path.of("c1"));
    Files.writeString(sandbox.resolve("stdout"), INSIDE.repeat(1000));
    Files.writeString(Files.createDirectories(sandbox.resolve("app")).resolve("data"), INSIDE);
    Files.createSymbolicLink(sandbox.resolve("out"), outside);
    Files.createSymbolicLink(sandbox.resolve("file"), outside.resolve("data"));
    Files.createSymbolicLink(sandbox.resolve("in"), Path.of("app"));
    pages = new FilePages(new SandboxFiles(workDir), Executors.newVirtualThreadPerTaskExecutor());
    Router.Builder routes = Router.builder();
    pages.addTo(routes);
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            routes.alias("/slave(1)/*", "/*").build());
    task = Thread.ofPlatform().daemon().start(() -> exchange(outside));
  }

  /** Now a directory with a file, now a link to another one: what is checked may be gone then. */
  private void exchange(Path outside) {
    Path app = sandbox.resolve("app");
    Path kept = sandbox.resolve("kept");
    while (!stopping.get()) {
      try {
        Files.move(app, kept);
        Files.createSymbolicLink(app, outside);
        Files.delete(app);
        Files.move(kept, app);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    stopping.set(true);
    task.join();
    pages.close();
    server.close();
  }

  @Test
  @Timeout(300)
  void nothingGetsOutAndNothingBreaks() throws IOException {
    Set<String> statuses = new TreeSet<>();
    for (int i = 0; i < REQUESTS; i++) {
      String request = request();
      String answer = ask(request);

      assertThat(answer).as("request %d of seed %d: %s", i, SEED, request).doesNotContain(SECRET);
      if (!answer.isEmpty()) {
        String status = answer.substring(9, 12);
        assertThat(status).as("request %d of seed %d: %s", i, SEED, request).doesNotStartWith("5");
        statuses.add(status);
      }
    }
    assertThat(statuses).contains("200", "206", "400", "403", "404");
    assertThat(server.stats().handlerFailures()).isZero();
  }

  private <T> T any(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String request() {
    if (random.nextInt(20) == 0) {
      return "GET /files/download?path="
          + sandbox
          + "/stdout HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes="
          + number()
          + "-\r\n\r\n";
    }
    String page = any(List.of("browse", "read", "download", "read", "download", "debug", "follow"));
    String prefix = any(List.of("", "", "", "/slave(1)", "/slave%281%29", "//", "/x/.."));
    StringBuilder target =
        new StringBuilder(
            prefix + "/files/" + page + any(List.of("", "", "", "/", "/..", ".json")));
    target.append(any(List.of("?", "?", "?", "", "&")));
    target.append(any(List.of("path=", "path=", "path=", "path", "path=/", "path=x&path=")));
    target.append(encode(path()));
    if (random.nextInt(3) > 0) {
      target.append("&offset=").append(number()).append("&length=").append(number());
    }
    String method = any(List.of("GET", "GET", "GET", "GET", "HEAD", "POST", "DELETE"));
    String range = any(List.of("", "", "Range: bytes=" + number() + "-" + number() + "\r\n"));
    return method
        + " "
        + target
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        + range
        + any(List.of("", "Last-Event-ID: " + number() + ":" + number() + "\r\n"))
        + "\r\n";
  }

  private String number() {
    return any(
        List.of(
            "0",
            "1",
            "-1",
            "-2",
            "10",
            "65536",
            "9223372036854775807",
            "99999999999999999999",
            "x",
            "",
            "1e3",
            "0x10",
            "%00",
            "+5"));
  }

  private String path() {
    if (random.nextInt(3) == 0) {
      return sandbox + any(List.of("", "/stdout", "/stdout", "/app/data", "/in/data", "/out/data"));
    }
    String path =
        any(
            List.of(
                sandbox.toString(),
                sandbox.toString(),
                sandbox.resolveSibling("latest") + "",
                directory.resolve("work") + "",
                "/etc",
                "",
                directory.resolve("outside") + ""));
    int parts = random.nextInt(4);
    StringBuilder whole = new StringBuilder(path);
    for (int i = 0; i < parts; i++) {
      whole
          .append(any(List.of("/", "/", "/", "//", "\\", "")))
          .append(
              any(
                  List.of(
                      "stdout",
                      "app",
                      "data",
                      "out",
                      "file",
                      "in",
                      "..",
                      ".",
                      "app/data",
                      "in/data",
                      "out/data",
                      "../c2/stdout",
                      "../../../../../../../../journal/journal.db",
                      "../../../../../../../../../outside/app/data",
                      "\0",
                      "ä",
                      "%2e%2e",
                      "a".repeat(300),
                      "\n",
                      "\ud800")));
    }
    return whole.toString();
  }

  private String encode(String path) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      boolean raw = b > 32 && b < 127 && b != '%' && b != '&' && b != '#' && b != '+';
      if (raw && random.nextInt(20) > 0) {
        encoded.append((char) b);
      } else {
        encoded.append(String.format(random.nextInt(200) == 0 ? "%%%x" : "%%%02x", b & 0xff));
      }
    }
    return encoded.toString();
  }

  /** What comes within a short time; a followed file does not end by itself. */
  private String ask(String request) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      boolean follows = request.contains("/files/follow");
      socket.setSoTimeout(follows ? 100 : 30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      try {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          answer.write(buffer, 0, read);
        }
      } catch (SocketTimeoutException e) {
        assertThat(follows).as("no answer to %s", request).isTrue();
      }
    }
    return answer.toString(StandardCharsets.UTF_8);
  }
}
