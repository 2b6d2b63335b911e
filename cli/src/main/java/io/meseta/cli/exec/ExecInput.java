package io.meseta.cli.exec;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.TTYInfo;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Call.AttachContainerInput;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.cli.client.DaemonClient;
import io.meseta.common.codec.RecordIo;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SubmissionPublisher;
import org.jspecify.annotations.Nullable;

/**
 * What goes to a command: our input, the size of our terminal, heartbeats; records from several
 * threads in the body of one request, each sent at once, as somebody may be typing.
 */
final class ExecInput implements AutoCloseable {

  private static final int WAITING_RECORDS = 16;
  private static final int READ_BYTES = 8 * 1024;
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private final SubmissionPublisher<ByteBuffer> body =
      new SubmissionPublisher<>(ForkJoinPool.commonPool(), WAITING_RECORDS);
  private final CountDownLatch connected = new CountDownLatch(1);
  private final InputStream source;
  private final @Nullable Terminal terminal;

  ExecInput(InputStream source, @Nullable Terminal terminal) {
    this.source = source;
    this.terminal = terminal;
  }

  /**
   * Begins.
   *
   * @param request to be given its body
   * @return the agent's answer, which comes in the end, or early if it refuses the input
   */
  CompletableFuture<HttpResponse<String>> begin(
      DaemonClient http, HttpRequest.Builder request, ContainerID session) {
    // What is published before there is a subscriber is lost.
    Flow.Publisher<ByteBuffer> publisher =
        subscriber -> {
          body.subscribe(subscriber);
          connected.countDown();
        };
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(
            request.POST(HttpRequest.BodyPublishers.fromPublisher(publisher)).build(),
            HttpResponse.BodyHandlers.ofString());
    start(
        "exec-input",
        () -> {
          connected.await();
          send(
              AttachContainerInput.newBuilder()
                  .setType(AttachContainerInput.Type.CONTAINER_ID)
                  .setContainerId(session));
          start("exec-heartbeat", this::tick);
          copy();
        });
    return answer;
  }

  /** Work that ends with the body. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException e) {
                // The command has ended; or our input cannot be read: then it has an end, too.
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void copy() throws IOException {
    byte[] buffer = new byte[READ_BYTES];
    for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
      if (read > 0) {
        data(ByteString.copyFrom(buffer, 0, read));
      }
    }
    // Empty: the end.
    data(ByteString.EMPTY);
  }

  private void data(ByteString bytes) throws IOException {
    io(
        ProcessIO.newBuilder()
            .setType(ProcessIO.Type.DATA)
            .setData(
                ProcessIO.Data.newBuilder().setType(ProcessIO.Data.Type.STDIN).setData(bytes)));
  }

  /** Nobody tells a Java program that its terminal has another size, so it is asked for. */
  private void tick() throws IOException, InterruptedException {
    Optional<Terminal.Size> known = size();
    long nextHeartbeat = System.nanoTime();
    while (true) {
      if (System.nanoTime() >= nextHeartbeat) {
        nextHeartbeat += HEARTBEAT.toNanos();
        heartbeat();
      }
      Thread.sleep(TICK);
      Optional<Terminal.Size> now = size();
      if (now.isPresent() && !now.equals(known)) {
        known = now;
        resize(now.get());
      }
    }
  }

  private Optional<Terminal.Size> size() throws InterruptedException {
    return terminal == null ? Optional.empty() : terminal.size();
  }

  private void heartbeat() throws IOException {
    control(
        ProcessIO.Control.newBuilder()
            .setType(ProcessIO.Control.Type.HEARTBEAT)
            .setHeartbeat(
                ProcessIO.Control.Heartbeat.newBuilder()
                    .setInterval(DurationInfo.newBuilder().setNanoseconds(HEARTBEAT.toNanos()))));
  }

  private void resize(Terminal.Size size) throws IOException {
    control(
        ProcessIO.Control.newBuilder()
            .setType(ProcessIO.Control.Type.TTY_INFO)
            .setTtyInfo(ttyInfo(size)));
  }

  static TTYInfo ttyInfo(Terminal.Size size) {
    return TTYInfo.newBuilder()
        .setWindowSize(
            TTYInfo.WindowSize.newBuilder().setRows(size.rows()).setColumns(size.columns()))
        .build();
  }

  private void control(ProcessIO.Control.Builder control) throws IOException {
    io(ProcessIO.newBuilder().setType(ProcessIO.Type.CONTROL).setControl(control));
  }

  private void io(ProcessIO.Builder io) throws IOException {
    send(
        AttachContainerInput.newBuilder()
            .setType(AttachContainerInput.Type.PROCESS_IO)
            .setProcessIo(io));
  }

  private void send(AttachContainerInput.Builder attach) throws IOException {
    byte[] record =
        RecordIo.frame(
            Call.newBuilder()
                .setType(Call.Type.ATTACH_CONTAINER_INPUT)
                .setAttachContainerInput(attach)
                .build()
                .toByteArray());
    try {
      int unused = body.submit(ByteBuffer.wrap(record));
    } catch (IllegalStateException e) {
      throw new IOException("the command has ended", e);
    }
  }

  /** Ends the body; the thread that reads our input is left behind. */
  @Override
  public void close() {
    body.close();
  }
}
