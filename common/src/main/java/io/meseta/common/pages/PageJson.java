package io.meseta.common.pages;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.common.codec.DecimalText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** Pages made in memory. Thread-safe. */
public final class PageJson {

  private static final JsonFactory FACTORY = new JsonFactory();

  private PageJson() {}

  /** Writes one JSON value, or the fields of an object. */
  @FunctionalInterface
  public interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  /** The page that the body writes, whole. */
  public static byte[] render(Body body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      body.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return out.toByteArray();
  }

  /** A page that is one object, whose fields the body writes. */
  public static byte[] object(Body fields) {
    return render(json -> {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    });
  }

  /** Writes one field, a time as pages show it: seconds since 1970, with microseconds. */
  public static void writeTime(String field, Instant at, JsonGenerator json) throws IOException {
    json.writeFieldName(field);
    long micros = at.getNano() / 1_000;
    DecimalText.writeMicros(
        Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000L), micros), json);
  }

  /** Seconds since 1970, as pages show times. */
  public static double seconds(Instant at) {
    long micros = at.getNano() / 1_000;
    return at.getEpochSecond() + micros / 1e6;
  }
}
