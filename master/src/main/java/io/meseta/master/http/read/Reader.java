package io.meseta.master.http.read;

import io.meseta.common.net.ByteStream;
import io.meseta.common.net.ContentNegotiation;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.GzipPart;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.master.http.read.Renderings.Encoding;
import io.meseta.master.http.read.Renderings.Made;
import io.meseta.master.http.read.Renderings.Rendering;
import io.meseta.master.view.MasterView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions about a view: says "not modified" to who has the answer already, shares one
 * rendering among all who ask for the same, and streams what is large, with no more in memory than
 * a few pieces for each client. Thread-safe.
 */
public final class Reader {

  private static final Logger log = LoggerFactory.getLogger(Reader.class);

  /** Who reads more slowly than this much in this time is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int SLICE_BYTES = 256 * 1024;
  private static final long WAITING_BYTES = 512 * 1024;

  /** Pieces that are made while the client takes the one before. */
  private static final int AHEAD = 4;

  private static final int MOST_STREAMS = 256;
  private static final int PART_OF_HEAP = 8;
  private static final long MOST_ROOM_BYTES = 128 * 1024 * 1024;

  private final Renderings renderings;
  private final Executor workers;
  private final ThreadFactory senders = Thread.ofVirtual().name("master-page-", 0).factory();
  private final Semaphore streams = new Semaphore(MOST_STREAMS);

  /**
   * @param workers render, so that no Netty thread is held up; may have many waiting
   * @param roomBytes for what was rendered and may be asked again
   */
  public Reader(Executor workers, long roomBytes) {
    this.workers = workers;
    this.renderings = new Renderings(workers, roomBytes);
  }

  /**
   * How much of a heap is good to keep answers in. With more of it every piece of a large answer
   * would be kept until the cluster changes, and moved about by the collector meanwhile; clients
   * who read the same at the same time are never far apart.
   */
  public static long roomIn(long heapBytes) {
    return Math.min(heapBytes / PART_OF_HEAP, MOST_ROOM_BYTES);
  }

  /**
   * A question that was asked.
   *
   * @param view of which
   * @param question with its parameters, in whatever form tells it apart
   * @param maker the answer, made when nobody has it
   */
  record Question(MasterView view, String question, Answer.Maker maker) {

    /** Tells the answer apart from all that this master or another one has given. */
    String tag() {
      CRC32 hash = new CRC32();
      hash.update(question.getBytes(StandardCharsets.UTF_8));
      String term = view.leading().map(self -> self.getId()).orElse("");
      return "W/\"" + term + "-" + view.index() + "-" + Long.toHexString(hash.getValue()) + "\"";
    }
  }

  /** Answers, soon and on another thread. Does not block. */
  void answer(HttpRequest request, Exchange exchange, Question question) {
    String tag = question.tag();
    if (isKnown(request, tag)) {
      exchange.respond(HttpResponse.empty(304).withHeader("ETag", tag));
      return;
    }
    Rendering rendering = renderings.of(question.view(), question.question(), question.maker());
    var unused =
        rendering
            .answer()
            .whenCompleteAsync(
                (answer, failure) -> {
                  if (answer == null) {
                    exchange.respond(failure(request, failure));
                  } else if (answer.pieces().size() == 1) {
                    whole(rendering, answer, tag, request, exchange);
                  } else {
                    stream(rendering, answer, tag, request, exchange);
                  }
                },
                workers);
  }

  /** As {@link #answer}, for what is no property of a view: neither shared nor told apart. */
  void answerAlone(HttpRequest request, Exchange exchange, Answer.Maker maker) {
    workers.execute(() -> {
      HttpResponse response;
      try {
        Answer answer = maker.make();
        response =
            HttpResponse.of(200, answer.contentType(), Renderings.written(answer.pieces().get(0)));
      } catch (RuntimeException e) {
        response = failure(request, e);
      }
      exchange.respond(response);
    });
  }

  private static boolean isKnown(HttpRequest request, String tag) {
    for (String value : request.headers().all("If-None-Match")) {
      for (String known : value.split(",", -1)) {
        String stripped = known.strip();
        // Compared weakly: gzipped or not, it is the same.
        if (stripped.equals(tag) || ("W/" + stripped).equals(tag) || stripped.equals("*")) {
          return true;
        }
      }
    }
    return false;
  }

  static HttpResponse failure(HttpRequest request, Throwable failure) {
    log.error("{} could not be answered", request, failure);
    return HttpResponse.text(500, "The answer could not be made; the master's log says why");
  }

  private void whole(
      Rendering rendering, Answer answer, String tag, HttpRequest request, Exchange exchange) {
    var unused =
        renderings
            .piece(rendering, 0, Encoding.PLAIN)
            .whenCompleteAsync(
                (made, failure) -> {
                  if (made == null) {
                    exchange.respond(failure(request, failure));
                  } else {
                    exchange.respond(
                        HttpResponse.of(200, answer.contentType(), made.bytes())
                            .withHeader("ETag", tag));
                  }
                },
                workers);
  }

  // ---- large answers ----

  private void stream(
      Rendering rendering, Answer answer, String tag, HttpRequest request, Exchange exchange) {
    if (!streams.tryAcquire()) {
      exchange.respond(
          HttpResponse.text(503, "Too many clients are reading large pages: try again")
              .withHeader("Retry-After", "1"));
      return;
    }
    Encoding encoding =
        ContentNegotiation.acceptsGzip(request.headers()) ? Encoding.GZIP : Encoding.PLAIN;
    Headers headers =
        Headers.of("Content-Type", answer.contentType(), "ETag", tag, "Vary", "Accept-Encoding");
    ByteStream out =
        exchange.openBytes(
            200,
            encoding == Encoding.GZIP ? headers.with("Content-Encoding", "gzip") : headers,
            OptionalLong.empty());
    senders
        .newThread(() -> {
          try {
            send(rendering, answer.pieces().size(), encoding, out);
          } catch (ExecutionException | CompletionException e) {
            log.error("{} could not be answered whole", request, e);
            out.abort();
          } catch (InterruptedException e) {
            out.abort();
          } finally {
            streams.release();
          }
        })
        .start();
  }

  private void send(Rendering rendering, int pieces, Encoding encoding, ByteStream out)
      throws InterruptedException, ExecutionException {
    ArrayDeque<CompletableFuture<Made>> ahead = new ArrayDeque<>();
    Function<Integer, CompletableFuture<Made>> piece =
        index -> renderings.piece(rendering, index, encoding);
    GzipPart.Sum sum = new GzipPart.Sum();
    boolean open = encoding == Encoding.PLAIN || send(GzipPart.header(), out);
    int next = 0;
    for (int i = 0; i < pieces && open && out.isOpen(); i++) {
      while (next < pieces && ahead.size() < AHEAD) {
        ahead.add(piece.apply(next++));
      }
      Made made = ahead.remove().get();
      if (encoding == Encoding.GZIP) {
        sum.add(made.gzipPart());
      }
      open = send(made.bytes(), out);
    }
    if (!open) {
      // Too slow, or gone: it has to see that it does not have all.
      out.abort();
      return;
    }
    if (encoding == Encoding.PLAIN || send(sum.trailer(), out)) {
      out.close();
    }
  }

  private static boolean send(byte[] bytes, ByteStream out) throws InterruptedException {
    for (int from = 0; from < bytes.length; from += SLICE_BYTES) {
      int to = Math.min(bytes.length, from + SLICE_BYTES);
      byte[] slice = from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
      if (!out.awaitRoom(WAITING_BYTES, PATIENCE) || !out.send(slice)) {
        return false;
      }
    }
    return true;
  }
}
