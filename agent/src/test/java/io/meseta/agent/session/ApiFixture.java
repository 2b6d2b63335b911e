package io.meseta.agent.session;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.http.InputLimits;
import io.meseta.agent.http.OperatorApi;
import io.meseta.agent.security.AgentCallGuard;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.codec.RecordIoDecoder;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.common.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** An operator API on a port, and clients of it that are made of plain sockets. */
public final class ApiFixture implements AutoCloseable {

  public static final String RECORDS = headers("application/json");

  private final Sessions sessions;
  private final OperatorApi api;
  private final HttpServer server;

  public ApiFixture(ContainerExec exec, RunningContainers containers, SessionOptions options)
      throws IOException {
    sessions = new Sessions(exec, containers, options);
    api =
        new OperatorApi(
            call -> Optional.empty(),
            sessions,
            new InputLimits(10, Duration.ofSeconds(30), Duration.ofMinutes(5)),
            new AgentCallGuard(Authorizer::allowingEverything));
    Router.Builder router = Router.builder();
    api.addTo(router);
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            router.build());
  }

  public int port() {
    return server.port();
  }

  long openStreams() {
    return server.stats().openStreams();
  }

  public RawClient connect() throws IOException {
    return new RawClient(port());
  }

  /** Of a call in JSON that wants records of this type. */
  public static String headers(String recordType) {
    return String.join(
        "\r\n",
        "Content-Type: application/json",
        "Accept: application/recordio",
        "Message-Accept: " + recordType,
        "");
  }

  /** One call, and its whole answer. */
  public RawClient.Answer call(String json) throws IOException {
    return RawClient.ask(port(), request("Content-Type: application/json\r\n", json));
  }

  public static String request(String headers, String json) {
    return RawClient.postRequest("/api/v1", headers, json);
  }

  public static String launch(String parent, String id, String rest) {
    return ("{'type':'LAUNCH_NESTED_CONTAINER_SESSION','launch_nested_container_session':"
            + "{'container_id':{'value':'%s','parent':{'value':'%s'}}%s}}")
        .formatted(id, parent, rest)
        .replace('\'', '"');
  }

  public static String command(String... argv) {
    return ",'command':{'shell':false,'value':'%s','arguments':['%s']}"
        .formatted(argv[0], String.join("','", argv));
  }

  public static String about(String type, String parent, String id) {
    return "{'type':'%s','%s':{'container_id':{'value':'%s','parent':{'value':'%s'}}}}"
        .formatted(type, type.toLowerCase(java.util.Locale.ROOT), id, parent)
        .replace('\'', '"');
  }

  /** Reads an answer of records, one after the other. */
  public static final class Records {
    private final RawClient client;
    private final RecordIoDecoder decoder = new RecordIoDecoder(1 << 20);
    private final MediaType type;

    public Records(RawClient client, MediaType type) {
      this.client = client;
      this.type = type;
    }

    /** The next one; empty at the end of the answer. */
    public Optional<ProcessIO> next() throws IOException, DecodeException {
      while (true) {
        byte[] record = decoder.next();
        if (record != null) {
          return Optional.of(Codec.decode(record, ProcessIO.getDefaultInstance(), type));
        }
        byte[] chunk = client.readChunk();
        if (chunk.length == 0) {
          return Optional.empty();
        }
        decoder.add(ByteBuffer.wrap(chunk));
      }
    }

    /** The next data as "STDOUT text"; heartbeats are passed over; "END" at the end. */
    public String nextData() throws IOException, DecodeException {
      Optional<ProcessIO> record = next();
      while (record.isPresent() && record.get().getType() == ProcessIO.Type.CONTROL) {
        record = next();
      }
      return record
          .map(io -> io.getData().getType() + " " + io.getData().getData().toStringUtf8())
          .orElse("END");
    }
  }

  /** A client that streams input. */
  public static final class Input implements AutoCloseable {
    private final RawClient client;

    public Input(ApiFixture api, String parent, String id) throws IOException {
      client = api.connect();
      client.send(
          String.join(
              "\r\n",
              "POST /api/v1 HTTP/1.1",
              "Host: x",
              "Content-Type: application/recordio",
              "Message-Content-Type: application/json",
              "Transfer-Encoding: chunked",
              "",
              ""));
      record(
          "{'type':'CONTAINER_ID','container_id':{'value':'%s','parent':{'value':'%s'}}}"
              .formatted(id, parent));
    }

    public Input record(String attach) throws IOException {
      byte[] record =
          ("{\"type\":\"ATTACH_CONTAINER_INPUT\",\"attach_container_input\":"
                  + attach.replace('\'', '"')
                  + "}")
              .getBytes(StandardCharsets.UTF_8);
      chunk(record.length + "\n" + new String(record, StandardCharsets.ISO_8859_1));
      return this;
    }

    public Input io(String io) throws IOException {
      return record("{'type':'PROCESS_IO','process_io':" + io + "}");
    }

    public Input data(byte[] bytes) throws IOException {
      return io(
          "{'type':'DATA','data':{'type':'STDIN','data':'"
              + java.util.Base64.getEncoder().encodeToString(bytes)
              + "'}}");
    }

    public Input data(String text) throws IOException {
      return data(text.getBytes(StandardCharsets.UTF_8));
    }

    Input chunk(String bytes) throws IOException {
      client.send(Integer.toHexString(bytes.length()) + "\r\n" + bytes + "\r\n");
      return this;
    }

    /** Ends the body, and reads the answer. */
    public RawClient.Answer finish() throws IOException {
      client.send("0\r\n\r\n");
      return client.read();
    }

    public RawClient.Answer answer() throws IOException {
      return client.read();
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  @Override
  public void close() {
    sessions.close();
    server.close();
    api.close();
  }
}
