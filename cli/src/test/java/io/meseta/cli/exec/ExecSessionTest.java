package io.meseta.cli.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Call.AttachContainerInput;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.cli.client.DaemonClient;
import io.meseta.common.net.EventStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecSessionTest {

  private final DaemonClient http = new DaemonClient();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private FakeDaemons agent;

  @BeforeEach
  void start() throws IOException {
    agent = new FakeDaemons();
  }

  @AfterEach
  void stop() {
    http.close();
    agent.close();
  }

  private CompletableFuture<Integer> run(@Nullable InputStream in, String... command) {
    TaskFinder.Place place =
        new TaskFinder.Place(agent.agent(), "web", "f", "TASK_RUNNING", "c", "/d");
    ExecSession session = new ExecSession(http, place, new ExecSession.Streams(in, out, err), null);
    return CompletableFuture.supplyAsync(() -> {
      try {
        return session.run(List.of(command));
      } catch (IOException e) {
        throw new IllegalStateException(e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    });
  }

  private static int join(CompletableFuture<Integer> code) {
    return code.orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void outputAndExitCode() throws Exception {
    CompletableFuture<Integer> code = run(null, "ls", "-l");
    Call.LaunchNestedContainerSession launched = agent.launched().getLaunchNestedContainerSession();
    assertThat(launched.getContainerId().getParent().getValue()).isEqualTo("c");
    assertThat(launched.getCommand().getShell()).isFalse();
    assertThat(launched.getCommand().getValue()).isEqualTo("ls");
    assertThat(launched.getCommand().getArgumentsList()).containsExactly("ls", "-l");
    assertThat(launched.hasContainer()).isFalse();
    EventStream stream = agent.output();
    stream.send(FakeDaemons.data(ProcessIO.Data.Type.STDOUT, "one\n"));
    stream.send(FakeDaemons.data(ProcessIO.Data.Type.STDERR, "two\n"));
    stream.send(ProcessIO.newBuilder().setType(ProcessIO.Type.CONTROL).build().toByteArray());
    agent.exitStatus(42 << 8);
    stream.close();
    assertThat(join(code)).isEqualTo(42);
    assertThat(out.toString(UTF_8)).isEqualTo("one\n");
    assertThat(err.toString(UTF_8)).isEqualTo("two\n");
  }

  @Test
  void aCommandThatASignalEnded() throws Exception {
    CompletableFuture<Integer> code = run(null, "sleep");
    agent.exitStatus(9);
    agent.output().close();
    assertThat(join(code)).isEqualTo(137);
  }

  @Test
  void inputUpToItsEnd() throws Exception {
    CompletableFuture<Integer> code =
        run(new ByteArrayInputStream("some input".getBytes(UTF_8)), "cat");
    Call.LaunchNestedContainerSession launched = agent.launched().getLaunchNestedContainerSession();
    EventStream stream = agent.output();
    AttachContainerInput first = agent.input().getAttachContainerInput();
    assertThat(first.getType()).isEqualTo(AttachContainerInput.Type.CONTAINER_ID);
    assertThat(first.getContainerId()).isEqualTo(launched.getContainerId());
    assertThat(nextData()).isEqualTo("some input");
    assertThat(nextData()).isEmpty();
    stream.close();
    assertThat(join(code)).isZero();
  }

  /** Heartbeats are passed over. */
  private String nextData() throws InterruptedException {
    ProcessIO io = agent.input().getAttachContainerInput().getProcessIo();
    while (io.getType() == ProcessIO.Type.CONTROL) {
      assertThat(io.getControl().getType()).isEqualTo(ProcessIO.Control.Type.HEARTBEAT);
      io = agent.input().getAttachContainerInput().getProcessIo();
    }
    assertThat(io.getData().getType()).isEqualTo(ProcessIO.Data.Type.STDIN);
    return io.getData().getData().toStringUtf8();
  }

  @Test
  void anAgentThatRefuses() {
    agent.refuse(409, "container c is not running");
    assertThatThrownBy(() -> join(run(null, "ls")))
        .hasMessageContaining("answers 409: container c is not running");
  }

  @Test
  void anAgentThatVanishes() throws Exception {
    CompletableFuture<Integer> code = run(null, "ls");
    agent.output().abort();
    assertThatThrownBy(() -> join(code)).hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void logsInPiecesAndFromTheBeginningAfterRotation() throws Exception {
    TaskFinder.Place place =
        new TaskFinder.Place(agent.agent(), "web", "f", "TASK_RUNNING", "c", "/d/c");
    LogReader reader = new LogReader(http, place, "stdout");
    agent.file("/d/c/stdout", "0123456789 0123456789");
    assertThat(reader.copy(out)).isTrue();
    assertThat(reader.copy(out)).isFalse();
    agent.file("/d/c/stdout", "0123456789 0123456789 more");
    assertThat(reader.copy(out)).isTrue();
    agent.file("/d/c/stdout", "new");
    assertThat(reader.copy(out)).isTrue();
    assertThat(out.toString(UTF_8)).isEqualTo("0123456789 0123456789 morenew");
  }
}
