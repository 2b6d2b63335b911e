package io.meseta.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/**
 * Asks daemons, and says in a sentence what went wrong. Follows a master's word to the leader, with
 * the credential, but never from https to http.
 */
public final class DaemonClient implements AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int REDIRECT = 307;

  /** From a standby to the leader, and once more if that has just changed. */
  private static final int MOST_REDIRECTS = 3;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client;
  private final String scheme;
  private final Optional<String> authorization;

  /** One that speaks plain http, and has nothing to prove. */
  public DaemonClient() {
    this("http", Optional.empty(), Optional.empty());
  }

  /**
   * One that is somebody.
   *
   * @param scheme where an address does not say
   * @param authorization shown with every request
   * @param tls empty: as Java has it
   */
  DaemonClient(String scheme, Optional<String> authorization, Optional<SSLContext> tls) {
    this.scheme = scheme;
    this.authorization = authorization;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_LIMIT);
    tls.ifPresent(builder::sslContext);
    client = builder.build();
  }

  /**
   * A daemon's address as a URI to build upon.
   *
   * @param address HOST:PORT, or with http:// or https:// before it
   * @throws IllegalArgumentException if it is none
   */
  public URI address(String option, String address) {
    String wrong = option + " is HOST:PORT, or https://HOST:PORT, but is '" + address + "'";
    try {
      URI uri = URI.create(address.contains("://") ? address : scheme + "://" + address);
      boolean known = uri.getScheme().equals("http") || uri.getScheme().equals("https");
      if (known && uri.getHost() != null && uri.getPort() > 0 && uri.getPath().isEmpty()) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(wrong, e);
    }
    throw new IllegalArgumentException(wrong);
  }

  /** A request that shows who we are. */
  public HttpRequest.Builder request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    authorization.ifPresent(proof -> request.header("Authorization", proof));
    return request;
  }

  /** A page of JSON. */
  public JsonNode get(URI page) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(request(page).timeout(ANSWER_LIMIT).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != OK) {
      throw refused(answer.uri(), answer.statusCode(), answer.body());
    }
    return json.readTree(answer.body());
  }

  /** The answer of whoever it is that answers at last. */
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    HttpRequest asked = request;
    for (int redirects = 0; ; redirects++) {
      HttpResponse<T> answer = sendOnce(asked, body);
      Optional<String> elsewhere = answer.headers().firstValue("Location");
      if (answer.statusCode() != REDIRECT || elsewhere.isEmpty() || redirects == MOST_REDIRECTS) {
        return answer;
      }
      URI next = asked.uri().resolve(elsewhere.get());
      if (!asked.uri().getScheme().equals(next.getScheme())) {
        throw new IOException(
            asked.uri().getAuthority() + " sends us to " + next + ", which is not as safe");
      }
      asked = HttpRequest.newBuilder(request, (name, value) -> true).uri(next).build();
    }
  }

  private <T> HttpResponse<T> sendOnce(HttpRequest request, HttpResponse.BodyHandler<T> body)
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

  /** The answer when it comes; goes to nobody else. */
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> body) {
    return client.sendAsync(request, body);
  }

  /** What an answer means that is not what was asked for. */
  public static IOException refused(URI uri, int status, String reason) {
    String hint = status == 401 ? " (give --credential or --token, with a file)" : "";
    return new IOException(
        uri.getAuthority() + " answers " + status + ": " + reason.strip() + hint);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
