package io.meseta.agent.fetch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Downloads one URI into a file.
 *
 * <p>A download that breaks off is tried again after a while: from where it broke off if the server
 * says that the file is still the same, else from the beginning. It is given up when it has broken
 * off a number of times in a row without bringing anything, or a larger number of times in all.
 * Answers that will not change (404, 403, …) end it at once.
 *
 * <p>Redirects are followed, ten of them, but never from https to http; user and password of the
 * URI are not sent to another server. One thread; blocks; an interrupt ends it.
 */
final class HttpDownload {

  private static final int MAX_REDIRECTS = 10;
  private static final int MAX_ATTEMPTS_PER_ROW = 10;
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d+|\\*)");

  private final Supplier<HttpClient> client;
  private final FetchLimits limits;

  /** It is not the network's fault, or trying again would not help. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** What is known of a file of which the first part may be there. */
  private static final class Part {
    long bytes;
    OptionalLong total = OptionalLong.empty();
    Optional<String> validator = Optional.empty();
  }

  HttpDownload(Supplier<HttpClient> client, FetchLimits limits) {
    this.client = client;
    this.limits = limits;
  }

  /**
   * Fills the file, which is made.
   *
   * @throws FetchException saying why, but not of what
   */
  void run(URI uri, Path file, ByteMeter meter) throws FetchException, InterruptedException {
    Part part = new Part();
    int inRow = 0;
    int inAll = 0;
    while (true) {
      long before = part.bytes;
      try {
        attempt(uri, file, part, meter);
        return;
      } catch (Refused e) {
        throw new FetchException(String.valueOf(e.getMessage()), e);
      } catch (IOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        inRow = part.bytes > before ? 1 : inRow + 1;
        inAll++;
        if (inRow >= limits.attempts() || inAll >= limits.attempts() * MAX_ATTEMPTS_PER_ROW) {
          throw new FetchException(describe(e) + " (given up after " + inAll + " attempts)", e);
        }
      }
      Thread.sleep(backOff(inRow));
    }
  }

  private Duration backOff(int inRow) {
    Duration wait = limits.backOff().multipliedBy(1L << Math.min(inRow - 1, 20));
    return wait.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : wait;
  }

  private void attempt(URI uri, Path file, Part part, ByteMeter meter)
      throws IOException, Refused, FetchException, InterruptedException {
    HttpResponse<HttpBody> response = ask(uri, part);
    try (HttpBody body = response.body()) {
      begin(response, part, meter);
      try (FileChannel out = open(file, part.bytes)) {
        receive(body, out, part, meter);
      }
    }
    if (part.total.isPresent() && part.bytes != part.total.getAsLong()) {
      throw new IOException("only " + part.bytes + " of " + part.total.getAsLong() + " bytes came");
    }
  }

  private static FileChannel open(Path file, long keptBytes) throws IOException {
    FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    // What is beyond was written by an attempt that was not finished.
    return out.truncate(keptBytes).position(keptBytes);
  }

  private void receive(HttpBody body, FileChannel out, Part part, ByteMeter meter)
      throws IOException, Refused, FetchException, InterruptedException {
    for (List<ByteBuffer> next = body.next(limits.stall());
        !next.isEmpty();
        next = body.next(limits.stall())) {
      for (ByteBuffer bytes : next) {
        int size = bytes.remaining();
        requireRoom(part.bytes + size);
        meter.add(size);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        part.bytes += size;
      }
    }
  }

  private void requireRoom(long bytes) throws Refused {
    if (bytes > limits.maxBytes()) {
      throw new Refused(
          "it is larger than " + Amounts.megabytes(limits.maxBytes()) + " MB (--fetcher_max_size)");
    }
  }

  /** Decides, by the head of the answer, whether what is there stays. */
  private void begin(HttpResponse<HttpBody> response, Part part, ByteMeter meter)
      throws IOException, Refused, FetchException {
    switch (response.statusCode()) {
      case 200 -> {
        startAgain(part, meter);
        part.validator = validator(response.headers());
        part.total = length(response.headers());
        requireRoom(part.total.orElse(0));
        meter.expect(part.total);
      }
      case 206 -> goOn(response.headers(), part, meter);
      case 416 -> {
        startAgain(part, meter);
        throw new IOException("the server does not have the rest");
      }
      case 408, 425, 429, 500, 502, 503, 504 ->
          throw new IOException("the server answers " + response.statusCode());
      default -> throw new Refused("the server answers " + response.statusCode());
    }
  }

  private static void startAgain(Part part, ByteMeter meter) {
    part.bytes = 0;
    part.validator = Optional.empty();
    part.total = OptionalLong.empty();
    meter.restart();
  }

  private static void goOn(HttpHeaders headers, Part part, ByteMeter meter) throws IOException {
    Matcher range = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    boolean fits =
        range.matches()
            && part.bytes > 0
            && Long.parseLong(range.group(1)) == part.bytes
            && validator(headers).equals(part.validator)
            && (part.total.isEmpty()
                || range.group(2).equals(Long.toString(part.total.getAsLong())));
    if (!fits) {
      startAgain(part, meter);
      throw new IOException("the server sends a part that was not asked for");
    }
  }

  private static OptionalLong length(HttpHeaders headers) throws IOException {
    try {
      return headers.firstValueAsLong("Content-Length");
    } catch (NumberFormatException e) {
      throw new IOException("the server sends a length that is no number", e);
    }
  }

  /** What tells this file from another one under the same name; a weak tag does not. */
  private static Optional<String> validator(HttpHeaders headers) {
    return headers
        .firstValue("ETag")
        .filter(tag -> !tag.startsWith("W/"))
        .or(() -> headers.firstValue("Last-Modified"));
  }

  // ---- the request

  private HttpResponse<HttpBody> ask(URI uri, Part part)
      throws IOException, Refused, InterruptedException {
    if (part.validator.isEmpty()) {
      // Nobody could say whether the rest would be of the same file.
      part.bytes = 0;
    }
    URI asked = uri;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpResponse<HttpBody> response = send(request(asked, isSameServer(asked, uri), uri, part));
      if (!isRedirect(response.statusCode())) {
        return response;
      }
      response.body().close();
      asked = target(asked, response.headers());
    }
    throw new Refused("it is redirected more than " + MAX_REDIRECTS + " times");
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  static URI target(URI from, HttpHeaders headers) throws Refused {
    Optional<String> location = headers.firstValue("Location");
    if (location.isEmpty()) {
      throw new Refused("it is redirected to nowhere");
    }
    URI to;
    try {
      to = from.resolve(new URI(location.get()));
    } catch (URISyntaxException e) {
      throw new Refused("it is redirected to what is not a URI");
    }
    String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
    boolean http = scheme.equals("http") || scheme.equals("https");
    if (!http || to.getHost() == null) {
      throw new Refused("it is redirected to a URI that is neither http nor https");
    }
    if (from.getScheme().equalsIgnoreCase("https") && scheme.equals("http")) {
      throw new Refused("it is redirected from https to http, which is not followed");
    }
    return to;
  }

  private static boolean isSameServer(URI one, URI other) {
    return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
        && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
        && one.getPort() == other.getPort();
  }

  private HttpRequest request(URI asked, boolean sameServer, URI original, Part part)
      throws Refused {
    HttpRequest.Builder request;
    try {
      request = HttpRequest.newBuilder(withoutUser(asked)).GET();
    } catch (IllegalArgumentException | URISyntaxException e) {
      throw new Refused("it cannot be asked for: its host or port is not valid");
    }
    request.setHeader("User-Agent", "Meseta");
    if (sameServer && original.getUserInfo() != null) {
      byte[] user = original.getUserInfo().getBytes(StandardCharsets.UTF_8);
      request.setHeader("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
    }
    if (part.bytes > 0 && part.validator.isPresent()) {
      request.setHeader("Range", "bytes=" + part.bytes + "-");
      request.setHeader("If-Range", part.validator.get());
    }
    return request.build();
  }

  private static URI withoutUser(URI uri) throws URISyntaxException {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    return new URI(uri.getScheme() + "://" + uri.getHost() + port + path + query);
  }

  /** Until the head of the answer is there. */
  private HttpResponse<HttpBody> send(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<HttpBody>> answer =
        client.get().sendAsync(request, head -> new HttpBody());
    try {
      return answer.get(limits.stall().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("no answer came", e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException(
          "the server did not answer for " + limits.stall().toSeconds() + " s", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  /** In words: what the client throws often has no message, or only the host's name. */
  private static String describe(IOException failure) {
    if (has(failure, UnknownHostException.class)
        || has(failure, UnresolvedAddressException.class)) {
      return "the host's name cannot be resolved";
    }
    if (has(failure, HttpTimeoutException.class)) {
      return "the server does not accept the connection in time";
    }
    if (has(failure, ConnectException.class)) {
      return "the server does not accept connections";
    }
    return failure.getMessage() + causes(failure.getCause());
  }

  private static String causes(@Nullable Throwable cause) {
    return cause == null ? "" : ", " + cause + causes(cause.getCause());
  }

  private static boolean has(Throwable failure, Class<? extends Exception> kind) {
    return kind.isInstance(failure)
        || (failure.getCause() != null && has(failure.getCause(), kind));
  }
}
