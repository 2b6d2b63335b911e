package io.meseta.agent.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.agent.sandbox.OpenFile;
import io.meseta.agent.sandbox.SandboxFileException;
import io.meseta.agent.sandbox.SandboxFiles;
import io.meseta.agent.sandbox.SandboxFiles.ReadResult;
import io.meseta.api.v1.FileInfo;
import io.meseta.common.net.ByteStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of sandboxes over HTTP: {@code /files/browse}, {@code /files/read}, {@code
 * /files/download}, {@code /files/follow} and {@code /files/debug}.
 *
 * <p>The first two are as Mesos has them. A path is the absolute directory of a sandbox, as the
 * pages of the agent give it, and what is below; see {@link SandboxFiles} for what is refused.
 */
public final class FilePages implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FilePages.class);
  private static final Set<String> READ = Set.of("GET");
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Duration STALL = Duration.ofSeconds(30);

  private final SandboxFiles files;
  private final FileWork quick = new FileWork("requests for files", 16, 500);
  private final FileWork downloads = new FileWork("downloads", 32, 0);
  private final FileWork followers = new FileWork("followers of files", 64, 0);

  public FilePages(SandboxFiles files) {
    this.files = files;
  }

  /** Adds the routes. */
  public void addTo(Router.Builder routes) {
    // Old tools still ask with an ending.
    for (String ending : List.of("", ".json")) {
      routes
          .route("/files/browse" + ending, READ, on(quick, this::browse))
          .route("/files/read" + ending, READ, on(quick, this::read))
          .route("/files/download" + ending, READ, on(downloads, this::download));
    }
    routes
        .route("/files/follow", READ, on(followers, this::follow))
        .route("/files/debug", READ, (request, exchange) -> debug(exchange));
  }

  /** Answers a request for a path. */
  private interface Page {
    void answer(HttpRequest request, String path, Exchange exchange)
        throws SandboxFileException, IOException, InterruptedException;
  }

  private static HttpHandler on(FileWork work, Page page) {
    return (request, exchange) -> {
      Optional<String> path = request.query("path");
      if (path.isEmpty() || path.get().isEmpty()) {
        exchange.respond(HttpResponse.text(400, "Expecting 'path=value' in query.\n"));
        return;
      }
      work.answer(exchange, () -> answer(page, request, path.get(), exchange));
    };
  }

  private static void answer(Page page, HttpRequest request, String path, Exchange exchange)
      throws InterruptedException {
    try {
      page.answer(request, path, exchange);
    } catch (SandboxFileException e) {
      log.debug("Refused {}", path, e);
      exchange.respond(HttpResponse.text(status(e), e.getMessage() + ".\n"));
    } catch (IllegalArgumentException e) {
      exchange.respond(HttpResponse.text(400, e.getMessage() + ".\n"));
    } catch (IOException e) {
      log.debug("Could not read {}", path, e);
      exchange.respond(HttpResponse.text(404, "The file cannot be read.\n"));
    }
  }

  private static int status(SandboxFileException e) {
    return switch (e.kind()) {
      case NOT_FOUND -> 404;
      case FORBIDDEN -> 403;
      case NOT_A_FILE, NOT_A_DIRECTORY, TOO_MUCH -> 400;
    };
  }

  /** A whole number of the query. */
  private static OptionalLong number(HttpRequest request, String name) {
    Optional<String> text = request.query(name);
    if (text.isEmpty() || text.get().isEmpty()) {
      return OptionalLong.empty();
    }
    if (!text.get().matches("-?\\d{1,18}")) {
      throw new IllegalArgumentException("Failed to parse " + name + ": it is no whole number");
    }
    long value = Long.parseLong(text.get());
    if (value < -1) {
      throw new IllegalArgumentException("Negative " + name + " provided");
    }
    return OptionalLong.of(value);
  }

  private void browse(HttpRequest request, String path, Exchange exchange)
      throws SandboxFileException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartArray();
      for (FileInfo file : files.list(path)) {
        write(file, json);
      }
      json.writeEndArray();
    }
    exchange.respond(HttpResponse.json(out.toByteArray()));
  }

  private static void write(FileInfo file, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("gid", file.getGid());
    json.writeStringField("mode", FileModes.print(file.getMode()));
    json.writeFieldName("mtime");
    // Whole seconds, printed as the number with a fraction that it is in Mesos.
    json.writeNumber(BigDecimal.valueOf(file.getMtime().getNanoseconds() / 1_000_000_000 * 10, 1));
    json.writeNumberField("nlink", file.getNlink());
    json.writeStringField("path", printable(file.getPath()));
    json.writeNumberField("size", file.getSize());
    json.writeStringField("uid", file.getUid());
    json.writeEndObject();
  }

  /** A name that is not UTF-8 has characters that no encoding has. */
  private static String printable(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void read(HttpRequest request, String path, Exchange exchange)
      throws SandboxFileException {
    OptionalLong offset = number(request, "offset");
    OptionalLong length = number(request, "length");
    if (offset.orElse(0) < 0) {
      exchange.respond(HttpResponse.json(json("", files.size(path))));
      return;
    }
    OptionalLong limit = length.orElse(-1) < 0 ? OptionalLong.empty() : length;
    ReadResult result = files.read(path, offset.orElse(0), limit);
    exchange.respond(
        HttpResponse.json(json(Utf8.decode(result.data().toByteArray()).text(), result.offset())));
  }

  private static byte[] json(String data, long offset) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("data", data);
      json.writeNumberField("offset", offset);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private void download(HttpRequest request, String path, Exchange exchange)
      throws SandboxFileException, IOException {
    try (OpenFile file = files.open(path)) {
      long size = file.size();
      // With If-Range the whole file is always a right answer.
      Optional<String> asked =
          request.headers().has("If-Range") ? Optional.empty() : request.headers().first("Range");
      ByteRange.Answer part = ByteRange.of(asked, size);
      if (part.status() == 416) {
        exchange.respond(
            HttpResponse.text(416, "The file has " + size + " bytes.\n")
                .withHeader("Content-Range", "bytes */" + size));
        return;
      }
      Headers headers =
          Headers.of("Content-Type", "application/octet-stream")
              .with("Content-Disposition", disposition(path))
              .with("X-Content-Type-Options", "nosniff")
              .with("Accept-Ranges", "bytes");
      if (part.status() == 206) {
        headers = headers.with("Content-Range", part.range().contentRange(size));
      }
      ByteStream body =
          exchange.openBytes(part.status(), headers, OptionalLong.of(part.range().length()));
      if (request.method().equals("HEAD")) {
        body.close();
      } else {
        send(file, part.range(), body);
      }
    }
  }

  private static void send(OpenFile file, ByteRange range, ByteStream body) {
    long sent = 0;
    try {
      while (sent < range.length()) {
        int limit = (int) Math.min(range.length() - sent, SandboxFiles.MAX_READ_BYTES);
        byte[] piece = file.read(range.from() + sent, limit);
        if (piece.length == 0 || !body.awaitRoom(STALL) || !body.send(piece)) {
          break;
        }
        sent += piece.length;
      }
    } catch (IOException e) {
      log.debug("A download broke off", e);
    } catch (InterruptedException e) {
      // The agent stops.
      Thread.currentThread().interrupt();
    }
    // Drops the connection if that is not all: the file has become shorter, or the client is slow.
    body.close();
  }

  private static String disposition(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
    StringBuilder encoded = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      boolean kept = b > 0 && (Character.isLetterOrDigit(b) || b == '.' || b == '_' || b == '-');
      encoded.append(kept ? String.valueOf((char) b) : String.format("%%%02X", b & 0xff));
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
  }

  private void follow(HttpRequest request, String path, Exchange exchange)
      throws SandboxFileException, IOException, InterruptedException {
    new FileFollower(files, path, FileFollower.Times.defaults())
        .follow(number(request, "offset"), request.headers().first("Last-Event-ID"), exchange);
  }

  /** Mesos shows here which paths are attached; here a path is what it is. */
  private static void debug(Exchange exchange) {
    exchange.respond(HttpResponse.json("{}".getBytes(StandardCharsets.UTF_8)));
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    quick.close();
    downloads.close();
    followers.close();
  }
}
