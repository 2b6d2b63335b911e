package io.meseta.common.files;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.api.v1.FileInfo;
import io.meseta.common.net.ByteStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import io.meseta.common.pages.PageJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files over HTTP: {@code /files/browse}, {@code /files/read}, {@code /files/download}, {@code
 * /files/follow} and {@code /files/debug}.
 *
 * <p>All but the fourth are as Mesos has them. A path is one of those that {@link ReadableFiles}
 * knows; what is refused is for it to say.
 */
public final class FilePages implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FilePages.class);
  private static final Set<String> READ = Set.of("GET");
  private static final Duration STALL = Duration.ofSeconds(30);

  private final ReadableFiles files;
  private final ExecutorService threads;
  private final FileWork quick;
  private final FileWork downloads;
  private final FileWork followers;

  /**
   * Pages of these files.
   *
   * @param threads as many as are asked for, up to some hundred; shut down with the pages
   */
  public FilePages(ReadableFiles files, ExecutorService threads) {
    this.files = files;
    this.threads = threads;
    quick = new FileWork("requests for files", threads, 16, 500);
    downloads = new FileWork("downloads", threads, 32, 0);
    followers = new FileWork("followers of files", threads, 64, 0);
  }

  /** Adds the routes. */
  public Router.Builder addTo(Router.Builder routes) {
    // Old tools still ask with an ending.
    for (String ending : List.of("", ".json")) {
      routes
          .route("/files/browse" + ending, READ, on(quick, this::browse))
          .route("/files/read" + ending, READ, on(quick, this::read))
          .route("/files/download" + ending, READ, on(downloads, this::download))
          .route("/files/debug" + ending, READ, (request, exchange) -> debug(exchange));
    }
    return routes.route("/files/follow", READ, on(followers, this::follow));
  }

  /** Answers a request for a path. */
  private interface Page {
    void answer(HttpRequest request, String path, Exchange exchange)
        throws UnreadableFileException, IOException, InterruptedException;
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
    } catch (UnreadableFileException e) {
      log.debug("Refused {}", path, e);
      exchange.respond(HttpResponse.text(e.status(), e.getMessage() + ".\n"));
    } catch (IllegalArgumentException e) {
      exchange.respond(HttpResponse.text(400, e.getMessage() + ".\n"));
    } catch (IOException e) {
      log.debug("Could not read {}", path, e);
      exchange.respond(HttpResponse.text(404, "The file cannot be read.\n"));
    }
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
      throws UnreadableFileException {
    List<FileInfo> found = files.list(path);
    exchange.respond(
        HttpResponse.json(
            PageJson.render(json -> {
              json.writeStartArray();
              for (FileInfo file : found) {
                write(file, json);
              }
              json.writeEndArray();
            })));
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
      throws UnreadableFileException {
    OptionalLong offset = number(request, "offset");
    OptionalLong length = number(request, "length");
    if (offset.orElse(0) < 0) {
      exchange.respond(HttpResponse.json(json("", files.size(path))));
      return;
    }
    OptionalLong limit = length.orElse(-1) < 0 ? OptionalLong.empty() : length;
    ReadableFiles.Part result = files.read(path, offset.orElse(0), limit);
    exchange.respond(
        HttpResponse.json(json(Utf8.decode(result.data().toByteArray()).text(), result.offset())));
  }

  private static byte[] json(String data, long offset) {
    return PageJson.object(json -> {
      json.writeStringField("data", data);
      json.writeNumberField("offset", offset);
    });
  }

  private void download(HttpRequest request, String path, Exchange exchange)
      throws UnreadableFileException, IOException {
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
        int limit = (int) Math.min(range.length() - sent, ReadableFiles.MAX_READ_BYTES);
        byte[] piece = file.read(range.from() + sent, limit);
        if (piece.length == 0 || !body.awaitRoom(STALL) || !body.send(piece)) {
          break;
        }
        sent += piece.length;
      }
    } catch (IOException e) {
      log.debug("A download broke off", e);
    } catch (InterruptedException e) {
      // The daemon stops.
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
      throws UnreadableFileException, IOException, InterruptedException {
    new FileFollower(files, path, FileFollower.Times.defaults())
        .follow(number(request, "offset"), request.headers().first("Last-Event-ID"), exchange);
  }

  /** Which paths stand for files that lie elsewhere. */
  private void debug(Exchange exchange) {
    exchange.respond(
        HttpResponse.json(
            PageJson.object(json -> {
              for (Map.Entry<String, String> attached : files.attached().entrySet()) {
                json.writeStringField(attached.getKey(), attached.getValue());
              }
            })));
  }

  /** Ends what is under way; does not wait. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
