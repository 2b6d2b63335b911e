package io.meseta.cli.exec;

import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.api.v1.agent.Response;
import io.meseta.cli.client.DaemonClient;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.codec.RecordIoDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs a command in a container, by the calls that Mesos's own command line makes. */
final class ExecSession {

  private static final int OK = 200;
  private static final int MAX_RECORD_BYTES = 16 * 1024 * 1024;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int SIGNAL_MASK = 0x7f;
  private static final int SIGNAL_BASE = 128;
  private static final int SHIFT = 8;
  private static final int BYTE = 0xff;

  /** The end is known when the output has ended, or very soon. */
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  /**
   * The three streams of this program.
   *
   * @param in null: the command gets none of it
   */
  record Streams(@Nullable InputStream in, OutputStream out, OutputStream err) {}

  private final DaemonClient http;
  private final URI api;
  private final ContainerID session;
  private final Streams streams;
  private final @Nullable Terminal terminal;

  /**
   * @param terminal set: the command has one too
   */
  ExecSession(
      DaemonClient http, TaskFinder.Place place, Streams streams, @Nullable Terminal terminal) {
    this.http = http;
    this.api = place.agent().resolve("/api/v1");
    this.session =
        ContainerID.newBuilder()
            .setParent(ContainerID.newBuilder().setValue(place.container()))
            .setValue(UUID.randomUUID().toString())
            .build();
    this.streams = streams;
    this.terminal = terminal;
  }

  /**
   * Runs it to its end.
   *
   * @return its exit code
   */
  int run(List<String> command) throws IOException, InterruptedException {
    HttpResponse<InputStream> output =
        http.send(
            post()
                .header("Accept", MediaType.RECORDIO.headerValue())
                .header("Message-Accept", MediaType.PROTOBUF.headerValue())
                .POST(HttpRequest.BodyPublishers.ofByteArray(launch(command).toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream records = output.body()) {
      if (output.statusCode() != OK) {
        throw DaemonClient.refused(
            api,
            output.statusCode(),
            new String(records.readNBytes(BUFFER_BYTES), StandardCharsets.UTF_8));
      }
      InputStream in = streams.in();
      if (in == null) {
        copy(records);
      } else {
        copyWithInput(records, in);
      }
    }
    return exitCode();
  }

  private HttpRequest.Builder post() {
    return http.request(api).header("Content-Type", MediaType.PROTOBUF.headerValue());
  }

  private Call launch(List<String> command) throws InterruptedException {
    Call.LaunchNestedContainerSession.Builder launch =
        Call.LaunchNestedContainerSession.newBuilder()
            .setContainerId(session)
            .setCommand(
                CommandInfo.newBuilder()
                    .setShell(false)
                    .setValue(command.getFirst())
                    .addAllArguments(command));
    if (terminal != null) {
      ContainerInfo.Builder container =
          ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS);
      terminal
          .size()
          .ifPresentOrElse(
              size -> container.setTtyInfo(ExecInput.ttyInfo(size)), container::getTtyInfoBuilder);
      launch.setContainer(container);
    }
    return Call.newBuilder()
        .setType(Call.Type.LAUNCH_NESTED_CONTAINER_SESSION)
        .setLaunchNestedContainerSession(launch)
        .build();
  }

  private void copyWithInput(InputStream records, InputStream in)
      throws IOException, InterruptedException {
    try (ExecInput input = new ExecInput(in, terminal)) {
      HttpRequest.Builder request =
          http.request(api)
              .header("Content-Type", MediaType.RECORDIO.headerValue())
              .header("Message-Content-Type", MediaType.PROTOBUF.headerValue());
      if (terminal != null) {
        terminal.makeRaw();
      }
      CompletableFuture<HttpResponse<String>> answer = input.begin(http, request, session);
      var unused = answer.thenAccept(this::complain);
      copy(records);
    }
  }

  /** Without its input the command goes on: the person decides. */
  private void complain(HttpResponse<String> answer) {
    if (answer.statusCode() != OK) {
      System.err.print(
          "meseta: the command gets no more input: "
              + DaemonClient.refused(api, answer.statusCode(), answer.body()).getMessage()
              + "\r\n");
    }
  }

  private void copy(InputStream records) throws IOException {
    RecordIoDecoder decoder = new RecordIoDecoder(MAX_RECORD_BYTES);
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      for (int read = records.read(buffer); read >= 0; read = records.read(buffer)) {
        decoder.add(ByteBuffer.wrap(buffer, 0, read));
        for (byte[] record = decoder.next(); record != null; record = decoder.next()) {
          print(ProcessIO.parseFrom(record));
        }
        streams.out().flush();
        streams.err().flush();
      }
    } catch (DecodeException e) {
      throw new IOException("The agent sends what is no output: " + e.getMessage(), e);
    }
  }

  private void print(ProcessIO io) throws IOException {
    if (io.getType() == ProcessIO.Type.DATA) {
      boolean err = io.getData().getType() == ProcessIO.Data.Type.STDERR;
      io.getData().getData().writeTo(err ? streams.err() : streams.out());
    }
  }

  private int exitCode() throws IOException, InterruptedException {
    Call call =
        Call.newBuilder()
            .setType(Call.Type.WAIT_CONTAINER)
            .setWaitContainer(Call.WaitContainer.newBuilder().setContainerId(session))
            .build();
    HttpResponse<byte[]> answer =
        http.send(
            post()
                .header("Accept", MediaType.PROTOBUF.headerValue())
                .timeout(END_LIMIT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(call.toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != OK) {
      throw DaemonClient.refused(
          api, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
    }
    Response.WaitContainer end = Response.parseFrom(answer.body()).getWaitContainer();
    if (!end.hasExitStatus()) {
      throw new IOException("How the command ended is not known: " + end.getMessage());
    }
    int signal = end.getExitStatus() & SIGNAL_MASK;
    return signal == 0 ? end.getExitStatus() >> SHIFT & BYTE : SIGNAL_BASE + signal;
  }
}
