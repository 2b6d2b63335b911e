package io.meseta.agent.container.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.meseta.agent.container.RecordedOutput;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What engines may answer, by one that says exactly what the test wants. */
class HijackedStreamTest {

  private static final String UPGRADED = "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n";

  private final RecordedOutput output = new RecordedOutput();
  private ServerSocket engine;

  @BeforeEach
  void start() throws IOException {
    engine = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    engine.close();
  }

  /** Opens a stream to an engine that says this, and closes. */
  private HijackedStream open(String answer) throws IOException {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = engine.accept()) {
            socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            // Until the client has gone, so that nothing of the answer is lost.
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
          } catch (IOException e) {
            output.failed(e.toString());
          }
        });
    return HijackedStream.open(
        URI.create("tcp://127.0.0.1:" + engine.getLocalPort()), "/exec/x/start", new byte[2]);
  }

  private static String piece(int stream, String text) {
    return "" + (char) stream + "\0\0\0\0\0\0" + (char) text.length() + text;
  }

  @Test
  void whatComesWithTheHeadIsOutputAlready() throws IOException {
    try (HijackedStream stream =
        open(UPGRADED + piece(1, "out") + piece(2, "err") + piece(1, ""))) {
      ExecFrames.copy(stream, output);
    }
    assertThat(output.out()).isEqualTo("out");
    assertThat(output.err()).isEqualTo("err");
  }

  @Test
  void aTerminalHasNoPieces() throws IOException {
    try (HijackedStream stream = open(UPGRADED + piece(1, "x"))) {
      ExecFrames.copyTerminal(stream, output);
    }
    assertThat(output.out()).isEqualTo(piece(1, "x"));
  }

  @Test
  void anOutputThatBreaksOff() throws IOException {
    try (HijackedStream stream = open(UPGRADED + piece(1, "whole") + "\1\0\0\0\0\0\0\5par")) {
      assertThatThrownBy(() -> ExecFrames.copy(stream, output))
          .isInstanceOf(EOFException.class)
          .hasMessage("the output ended within a piece");
    }
    assertThat(output.out()).isEqualTo("wholepar");
  }

  @Test
  void aHeaderThatBreaksOff() throws IOException {
    try (HijackedStream stream = open(UPGRADED + "\1\0\0")) {
      assertThatThrownBy(() -> ExecFrames.copy(stream, output))
          .hasMessage("the output ended within a header");
    }
  }

  @Test
  void whatIsNoOutput() throws IOException {
    try (HijackedStream stream = open(UPGRADED + piece(7, "x"))) {
      assertThatThrownBy(() -> ExecFrames.copy(stream, output))
          .hasMessage("not the output of a command: stream 7");
    }
  }

  @Test
  void refusals() {
    assertThatThrownBy(() -> open("HTTP/1.1 409 Conflict\r\nA: b\r\n\r\n{\"message\":\"no\"}"))
        .isInstanceOf(DockerException.class)
        .hasMessageContaining("no");
    assertThatThrownBy(() -> open("HTTP/1.1 404 Not Found\r\n\r\n{\"message\":\"who\"}"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void whatIsNoEngine() {
    assertThatThrownBy(() -> open("SSH-2.0-OpenSSH\r\n\r\n"))
        .hasMessage("the engine's answer is not HTTP");
    assertThatThrownBy(() -> open("HTTP/1.1 101")).hasMessage("the engine closed the connection");
    assertThatThrownBy(() -> open("x".repeat(70_000))).hasMessage("the engine's answer has no end");
  }

  @Test
  void whichAddressesItCanReach() {
    assertThat(HijackedStream.supports(URI.create("unix:///var/run/docker.sock"))).isTrue();
    assertThat(HijackedStream.supports(URI.create("tcp://127.0.0.1:2375"))).isTrue();
    assertThat(HijackedStream.supports(URI.create("npipe:////./pipe/docker_engine"))).isFalse();
  }
}
