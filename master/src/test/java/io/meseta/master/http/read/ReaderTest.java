package io.meseta.master.http.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.master.view.MasterView;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class ReaderTest {

  @Test
  void whoHasItAlreadyIsToldSo() throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      String tag = tag(served.get("/state"));

      HttpResponse<byte[]> again = served.get("/state", "If-None-Match", tag);
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(tag(again)).isEqualTo(tag);
      assertThat(served.get("/state", "If-None-Match", "\"x\", " + tag).statusCode())
          .isEqualTo(304);
      assertThat(served.get("/slaves", "If-None-Match", tag).statusCode()).isEqualTo(200);
      assertThat(served.get("/state?x", "If-None-Match", tag).statusCode()).isEqualTo(200);

      driven.agent("another");
      assertThat(served.get("/state", "If-None-Match", tag).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void smallAnswersHaveALengthAndAllAreCompressedWhenAskedFor() throws IOException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      HttpResponse<byte[]> plain = served.get("/state");
      assertThat(plain.headers().firstValue("Content-Length")).isPresent();
      assertThat(unzipped(served.get("/state", "Accept-Encoding", "gzip"))).isEqualTo(plain.body());
    }
  }

  @Test
  void largeAnswersAreStreamedAndCompressedInPieces() throws IOException {
    Driven driven = new Driven();
    for (int i = 0; i < 2_000; i++) {
      driven.agent("host-" + i);
    }
    try (Served served = new Served(driven::view)) {
      HttpResponse<byte[]> plain = served.get("/state");
      HttpResponse<byte[]> zipped = served.get("/state", "Accept-Encoding", "gzip");

      assertThat(plain.headers().firstValue("Transfer-Encoding")).contains("chunked");
      assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(zipped.body().length).isLessThan(plain.body().length / 4);
      assertThat(unzipped(zipped)).isEqualTo(plain.body());
    }
  }

  @Test
  void whoAsksForTheSameSharesOneAnswerAndItsPieces() throws Exception {
    MasterView view = Driven.likeTheSamples().view();
    AtomicInteger made = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
      Renderings renderings = new Renderings(workers, 1 << 20);
      Answer.Maker maker =
          () -> {
            made.incrementAndGet();
            return new Answer(
                "x",
                List.of(out -> {
                  written.incrementAndGet();
                  try {
                    go.await();
                  } catch (InterruptedException e) {
                    throw new IOException(e);
                  }
                  out.write(1);
                }));
          };
      List<CompletableFuture<Renderings.Made>> pieces = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Renderings.Rendering rendering = renderings.of(view, "q", maker);
        rendering.answer().join();
        pieces.add(renderings.piece(rendering, 0, Renderings.Encoding.PLAIN));
      }
      go.countDown();
      for (CompletableFuture<Renderings.Made> piece : pieces) {
        assertThat(piece.get().bytes()).containsExactly(1);
      }
      assertThat(made).hasValue(1);
      assertThat(written).hasValue(1);
    }
  }

  @Test
  void whatThereIsNoRoomForIsMadeAgain() throws Exception {
    MasterView view = Driven.likeTheSamples().view();
    AtomicInteger written = new AtomicInteger();
    try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
      Renderings renderings = new Renderings(workers, 15);
      Answer.Piece piece =
          out -> {
            written.incrementAndGet();
            out.write(new byte[10]);
          };
      Renderings.Rendering rendering =
          renderings.of(view, "q", () -> new Answer("x", List.of(piece, piece)));
      rendering.answer().join();
      for (int index : new int[] {0, 0, 1, 1, 0}) {
        renderings.piece(rendering, index, Renderings.Encoding.PLAIN).get();
      }
      assertThat(written).hasValue(3);
    }
  }

  private static String tag(HttpResponse<byte[]> response) {
    return response.headers().firstValue("ETag").orElseThrow();
  }

  private static byte[] unzipped(HttpResponse<byte[]> response) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
  }
}
