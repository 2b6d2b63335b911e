package io.meseta.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.meseta.agent.container.ContainerExec;
import io.meseta.api.v1.CommandInfo;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions to real servers and to commands that do as the test says. */
class CheckRunnerTest {

  private static final ContainerId CONTAINER = new ContainerId("c1");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final BlockingQueue<CheckAnswer> answers = new ArrayBlockingQueue<>(100);
  private final FakeExec exec = new FakeExec();
  private final CheckRunner runner = new CheckRunner(exec, (asked, answer) -> answers.add(answer));
  private final ExecutorService serving = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    runner.close();
    serving.shutdownNow();
  }

  private CheckAnswer ask(CheckTarget target, Duration timeout) throws InterruptedException {
    runner.ask(new CheckRequest(CONTAINER, CheckKind.HEALTH, 1, target, timeout));
    CheckAnswer answer = answers.poll(60, TimeUnit.SECONDS);
    assertThat(answer).as("every question is answered").isNotNull();
    return answer;
  }

  private static CheckTarget page(int port, String path) {
    return new CheckTarget.Http("http", "127.0.0.1", port, path);
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private HttpServer serve() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          if (path.startsWith("/to/")) {
            exchange.getResponseHeaders().set("Location", path.substring("/to".length()));
            exchange.sendResponseHeaders(302, -1);
          } else if (path.equals("/round")) {
            exchange.getResponseHeaders().set("Location", "/round");
            exchange.sendResponseHeaders(301, -1);
          } else {
            exchange.sendResponseHeaders(Integer.parseInt(path.substring(1)), -1);
          }
          exchange.close();
        });
    server.setExecutor(serving);
    server.start();
    return server;
  }

  @Test
  void theStatusOfAPageIsTheAnswer() throws Exception {
    HttpServer server = serve();
    int port = server.getAddress().getPort();
    try {
      assertThat(ask(page(port, "/204"), LONG)).isEqualTo(new CheckAnswer.HttpStatus(204));
      assertThat(ask(page(port, "/503?why=now"), LONG)).isEqualTo(new CheckAnswer.HttpStatus(503));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void redirectsAreFollowedButNotInCircles() throws Exception {
    HttpServer server = serve();
    int port = server.getAddress().getPort();
    try {
      assertThat(ask(page(port, "/to/204"), LONG)).isEqualTo(new CheckAnswer.HttpStatus(204));
      assertThat(ask(page(port, "/round"), LONG))
          .isEqualTo(new CheckAnswer.None("more than 20 redirects"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whoDoesNotListenGivesNoAnswer() throws Exception {
    int port;
    try (ServerSocket closed = listen()) {
      port = closed.getLocalPort();
    }

    assertThat(ask(page(port, "/"), LONG)).isInstanceOf(CheckAnswer.None.class);
    assertThat(ask(new CheckTarget.Tcp("127.0.0.1", port), LONG))
        .isInstanceOf(CheckAnswer.Refused.class);
  }

  @Test
  void aPortThatAcceptsIsConnected() throws Exception {
    try (ServerSocket server = listen()) {
      assertThat(ask(new CheckTarget.Tcp("127.0.0.1", server.getLocalPort()), LONG))
          .isEqualTo(new CheckAnswer.Connected());
    }
  }

  @Test
  void whoAcceptsAndIsSilentHasNoAnswerInTime() throws Exception {
    try (ServerSocket server = listen()) {
      CheckAnswer answer = ask(page(server.getLocalPort(), "/"), SHORT);

      assertThat(answer).isInstanceOf(CheckAnswer.None.class);
    }
  }

  @Test
  void whoAnswersBitByBitHasNoAnswerInTimeEither() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    try (ServerSocket server = listen()) {
      serving.execute(() -> dripFor(server, gone));

      CheckAnswer answer = ask(page(server.getLocalPort(), "/"), SHORT);

      assertThat(answer).isEqualTo(new CheckAnswer.None("no whole answer within 300ms"));
      assertThat(gone.await(60, TimeUnit.SECONDS)).as("the connection is closed").isTrue();
    }
  }

  private static void dripFor(ServerSocket server, CountDownLatch gone) {
    try (Socket socket = server.accept();
        OutputStream out = socket.getOutputStream()) {
      out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
      while (!gone.await(20, TimeUnit.MILLISECONDS)) {
        out.write("X-More: and more\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      gone.countDown();
    }
  }

  @Test
  void garbageIsNoAnswer() throws Exception {
    try (ServerSocket server = listen()) {
      serving.execute(() -> {
        try (Socket socket = server.accept()) {
          socket.getOutputStream().write("220 mail\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      });

      assertThat(ask(page(server.getLocalPort(), "/"), LONG)).isInstanceOf(CheckAnswer.None.class);
    }
  }

  @Test
  void anAbsurdPathIsNoAnswer() throws Exception {
    assertThat(ask(page(80, "/a b\u0000"), LONG)).isInstanceOf(CheckAnswer.None.class);
  }

  @Test
  void aCommandsExitCodeIsTheAnswer() throws Exception {
    exec.exitCode = 3;

    assertThat(ask(command("test -f ready"), LONG)).isEqualTo(new CheckAnswer.ExitCode(3));
    assertThat(exec.commands).containsExactly(List.of("/bin/sh", "-c", "test -f ready"));
    assertThat(exec.closed).hasValue(1);
  }

  @Test
  void withoutAShellTheArgumentsFollowTheProgram() throws Exception {
    exec.exitCode = 0;

    ask(
        new CheckTarget.Command(
            CommandInfo.newBuilder()
                .setShell(false)
                .setValue("/bin/test")
                .addArguments("test")
                .addArguments("-d")
                .addArguments("/tmp")
                .build()),
        LONG);

    assertThat(exec.commands).containsExactly(List.of("/bin/test", "-d", "/tmp"));
  }

  @Test
  void aCommandThatDoesNotEndIsEnded() throws Exception {
    assertThat(ask(command("sleep 1000"), SHORT))
        .isEqualTo(new CheckAnswer.None("the command did not end within 300ms"));
    assertThat(exec.closed).hasValue(1);
  }

  @Test
  void aCommandThatCannotBeStartedIsNoAnswer() throws Exception {
    exec.refusal = "the container does not run";

    assertThat(ask(command("true"), LONG))
        .isEqualTo(
            new CheckAnswer.None("the command could not be started: the container does not run"));
  }

  @Test
  void commandsWaitForTheirTurnWithinTheirTime() throws Exception {
    for (int i = 0; i < 8; i++) {
      runner.ask(new CheckRequest(CONTAINER, CheckKind.HEALTH, i, command("sleep 1000"), LONG));
    }
    assertThat(exec.started.tryAcquire(8, 60, TimeUnit.SECONDS)).isTrue();

    assertThat(ask(command("true"), SHORT))
        .isEqualTo(new CheckAnswer.None("other checks with commands took all of its 300ms"));
  }

  @Test
  void nothingIsAnsweredAfterTheEnd() throws Exception {
    runner.ask(new CheckRequest(CONTAINER, CheckKind.HEALTH, 1, command("sleep 1000"), LONG));
    assertThat(exec.started.tryAcquire(1, 60, TimeUnit.SECONDS)).isTrue();

    runner.close();

    assertThat(exec.ended.tryAcquire(1, 60, TimeUnit.SECONDS)).isTrue();
    assertThat(answers).isEmpty();
  }

  private static CheckTarget command(String line) {
    return new CheckTarget.Command(CommandInfo.newBuilder().setValue(line).build());
  }

  /** Commands end at once with a code, if one is set, or never. */
  private static final class FakeExec implements ContainerExec {
    private final List<List<String>> commands = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore started = new Semaphore(0);
    private final Semaphore ended = new Semaphore(0);
    private final AtomicInteger closed = new AtomicInteger();
    private volatile int exitCode = -1;
    private volatile String refusal = "";

    @Override
    public Session exec(ContainerId container, Command command, Output output) throws IOException {
      if (!refusal.isEmpty()) {
        throw new IOException(refusal);
      }
      commands.add(command.argv());
      started.release();
      if (exitCode >= 0) {
        output.stdout(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        output.exited(exitCode);
      }
      return new FakeSession();
    }

    private final class FakeSession implements Session {

      @Override
      public void write(ByteBuffer input) {
        throw new AssertionError("a check has no input");
      }

      @Override
      public void closeInput() {}

      @Override
      public void resize(TerminalSize size) {
        throw new AssertionError("a check has no terminal");
      }

      @Override
      public void close() {
        closed.incrementAndGet();
        ended.release();
      }
    }
  }
}
