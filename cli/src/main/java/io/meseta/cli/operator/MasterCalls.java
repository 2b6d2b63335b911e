package io.meseta.cli.operator;

import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.client.ClientOptions;
import io.meseta.cli.client.DaemonClient;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Calls of the operator API, and the options that say to whom. To be mixed into each command. */
final class MasterCalls {

  /** A change waits until the registry has it. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private static final int MULTIPLE_CHOICES = 300;

  @Option(
      names = "--master",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5050",
      description =
          "A master, or https://HOST:PORT; one that does not lead knows who does. Default"
              + " ${DEFAULT-VALUE}.")
  private String master = "127.0.0.1:5050";

  @Mixin private ClientOptions client = new ClientOptions();

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common = new CommonOptions();

  /**
   * Makes a call that changes something; returns when it is done.
   *
   * @throws IOException if it was not, with the master's reason
   */
  void change(Call.Builder call) throws IOException, InterruptedException {
    ask(call.build());
  }

  /**
   * Makes a call that reads something.
   *
   * @throws IOException if it is not answered, with the master's reason
   */
  Response read(Call.Type type) throws IOException, InterruptedException {
    byte[] answer = ask(Call.newBuilder().setType(type).build());
    try {
      return Codec.decode(answer, Response.getDefaultInstance(), MediaType.PROTOBUF);
    } catch (DecodeException e) {
      throw new IOException(master + " answers what is not understood: " + e.getMessage(), e);
    }
  }

  private byte[] ask(Call call) throws IOException, InterruptedException {
    try (DaemonClient http = client.open()) {
      URI target = http.address("--master", master).resolve("/api/v1");
      HttpResponse<byte[]> answer =
          http.send(
              http.request(target)
                  .timeout(ANSWER_LIMIT)
                  .header("Content-Type", MediaType.PROTOBUF.headerValue())
                  .header("Accept", MediaType.PROTOBUF.headerValue())
                  .POST(
                      HttpRequest.BodyPublishers.ofByteArray(
                          Codec.encode(call, MediaType.PROTOBUF)))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() >= MULTIPLE_CHOICES) {
        throw DaemonClient.refused(
            answer.uri(), answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
      }
      return answer.body();
    }
  }
}
