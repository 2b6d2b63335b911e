package io.meseta.master.http.read;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.meseta.common.pages.PageJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Builds a JSON text of pieces that can be written by themselves. Small parts go together into one
 * piece. To be used by one thread.
 */
final class JsonPieces {

  /** So many parts of usual size make a piece: a task is some 500 bytes. */
  private static final int WEIGHT_OF_PIECE = 400;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          // Values that stand side by side are those of a list.
          .rootValueSeparator(",")
          .build()
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          // What one piece opens another one closes.
          .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);

  private final List<Answer.Piece> pieces = new ArrayList<>();
  private final List<Answer.Piece> unfinished = new ArrayList<>();
  private int weight;

  /** Writes one of a list. */
  @FunctionalInterface
  interface ItemWriter<T> {
    void write(T item, JsonGenerator json) throws IOException;
  }

  /** Text as it is: brackets, commas and names between the parts. */
  JsonPieces text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    unfinished.add(out -> out.write(bytes));
    return this;
  }

  /** What the body writes, which need not close what it opens. */
  JsonPieces part(PageJson.Body body) {
    unfinished.add(out -> {
      JsonGenerator json = generator(out);
      body.write(json);
      json.close();
    });
    grow(1);
    return this;
  }

  /** Values with commas between them. */
  <T> JsonPieces items(Collection<? extends T> items, ItemWriter<? super T> writer) {
    return items(items, 1, writer);
  }

  /**
   * Values with commas between them.
   *
   * @param each how much larger than a task one of them is
   */
  <T> JsonPieces items(Collection<? extends T> items, int each, ItemWriter<? super T> writer) {
    List<T> all = new ArrayList<>(items);
    int most = Math.max(1, WEIGHT_OF_PIECE / each);
    for (int from = 0; from < all.size(); from += most) {
      if (from > 0) {
        text(",");
      }
      List<T> some = all.subList(from, Math.min(all.size(), from + most));
      unfinished.add(out -> write(some, writer, out));
      grow(some.size() * each);
    }
    return this;
  }

  private static <T> void write(List<T> items, ItemWriter<? super T> writer, OutputStream out)
      throws IOException {
    JsonGenerator json = generator(out);
    for (T item : items) {
      writer.write(item, json);
    }
    json.close();
  }

  private static JsonGenerator generator(OutputStream out) throws IOException {
    return FACTORY.createGenerator(out, JsonEncoding.UTF8);
  }

  private void grow(int more) {
    weight += more;
    if (weight >= WEIGHT_OF_PIECE) {
      finishPiece();
    }
  }

  private void finishPiece() {
    if (!unfinished.isEmpty()) {
      List<Answer.Piece> parts = List.copyOf(unfinished);
      pieces.add(out -> {
        for (Answer.Piece part : parts) {
          part.write(out);
        }
      });
      unfinished.clear();
    }
    weight = 0;
  }

  Answer answer(String contentType) {
    finishPiece();
    return new Answer(contentType, List.copyOf(pieces));
  }
}
