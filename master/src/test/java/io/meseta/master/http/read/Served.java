package io.meseta.master.http.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.api.v1.master.Call;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.HttpServer;
import io.meseta.common.net.HttpServerOptions;
import io.meseta.common.net.Router;
import io.meseta.master.http.AboutMaster;
import io.meseta.master.http.Standing;
import io.meseta.master.security.ReadFilters;
import io.meseta.master.view.MasterView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The pages and calls of a view on a port of their own. */
final class Served implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  final AboutMaster about =
      new AboutMaster("1.0", Driven.START, new TreeMap<>(Map.of("port", "5050")));
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final HttpClient client =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private final HttpServer server;
  volatile Standing standing;

  Served(Supplier<MasterView> view) throws IOException {
    this(view, 16L << 20);
  }

  Served(Supplier<MasterView> view, long roomBytes) throws IOException {
    standing =
        view.get()
            .leading()
            .<Standing>map(Standing.Leading::new)
            .orElseGet(() -> new Standing.Following(Optional.empty()));
    ReadSources sources =
        new ReadSources(
            () -> standing, view, about, new ReadFilters(Authorizer.allowingEverything()));
    Reader reader = new Reader(workers, roomBytes);
    Numbers numbers = out -> out.accept("master/elected", 1);
    ReadCalls calls = new ReadCalls(sources, numbers, reader);
    Router.Builder router =
        Router.builder()
            .route(
                "/api/v1",
                (request, exchange) -> {
                  try {
                    Call call =
                        Codec.decode(request.body(), Call.getDefaultInstance(), MediaType.JSON);
                    calls.answer(call, request, exchange);
                  } catch (io.meseta.common.codec.DecodeException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .alias("/master/*", "/*");
    server =
        HttpServer.start(
            HttpServerOptions.listeningOn(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            new ReadEndpoints(sources, numbers, reader, workers).addTo(router).build());
  }

  HttpResponse<byte[]> get(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  JsonNode page(String path) {
    return json(get(path));
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    return parse(response.body());
  }

  static JsonNode parse(byte[] body) {
    try {
      return MAPPER.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  HttpResponse<byte[]> call(Call.Type type, MediaType accept) {
    return send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1"))
            .header("Accept", accept.headerValue())
            .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + type + "\"}"))
            .build());
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static JsonNode sample(String name) {
    try (InputStream in = Served.class.getResourceAsStream("/mesos/" + name)) {
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    workers.shutdown();
  }
}
