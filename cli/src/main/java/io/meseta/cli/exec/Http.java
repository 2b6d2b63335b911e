package io.meseta.cli.exec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks daemons, and says in a sentence what went wrong. */
final class Http implements AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final int OK = 200;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  /**
   * A daemon's address as a URI to build upon.
   *
   * @throws IllegalArgumentException if it is none
   */
  static URI address(String option, String hostPort) {
    try {
      URI uri = URI.create("http://" + hostPort);
      if (uri.getHost() != null && uri.getPort() > 0 && uri.getPath().isEmpty()) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + " is HOST:PORT, but is '" + hostPort + "'", e);
    }
    throw new IllegalArgumentException(option + " is HOST:PORT, but is '" + hostPort + "'");
  }

  HttpClient client() {
    return client;
  }

  /** A page of JSON. */
  JsonNode get(URI page) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(page).timeout(ANSWER_LIMIT).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != OK) {
      throw refused(page, answer.statusCode(), answer.body());
    }
    return json.readTree(answer.body());
  }

  <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    try {
      return client.send(request, body);
    } catch (IOException e) {
      throw new IOException(
          "No answer from "
              + request.uri().getAuthority()
              + (e.getMessage() == null ? ": does a daemon listen there?" : ": " + e.getMessage()),
          e);
    }
  }

  static IOException refused(URI uri, int status, String reason) {
    return new IOException(uri.getAuthority() + " answers " + status + ": " + reason.strip());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
