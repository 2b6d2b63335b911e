package io.meseta.common.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Requests that are nearly right: something is broken in the head, in the framing, or inside a
 * message in JSON or protobuf. The same random numbers make the same bytes.
 */
public final class FuzzedBytes {

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/x-protobuf",
          "application/recordio",
          "text/plain",
          "application/json;charset=utf-8",
          "*/*",
          "",
          ";;;",
          "application/json, application/json");
  private static final List<String> VALUES =
      List.of(
          "null",
          "{}",
          "[]",
          "[[]]",
          "true",
          "-1",
          "1e999",
          "99999999999999999999999",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../../etc\"",
          "{\"value\":{\"value\":1}}",
          "[1,\"a\",null,{}]");
  private static final List<String> LENGTHS =
      List.of("0", "-1", "1", "4294967296", "9223372036854775808", "00000000000", "x", "1e3", " 7");

  private final Random random;

  /**
   * @param random is shared with whoever makes the messages
   */
  public FuzzedBytes(Random random) {
    this.random = random;
  }

  /** One of them. */
  public <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  // ---- heads and framing

  /** Header lines for a message of this kind: mostly right, sometimes not, perhaps an Accept. */
  public String headers(boolean json) {
    String type = json ? "application/json" : "application/x-protobuf";
    return maybeBroken("Content-Type: " + type + "\r\n");
  }

  /** The same for a body of records. */
  public String recordHeaders(boolean json) {
    String type = json ? "application/json" : "application/x-protobuf";
    return maybeBroken(
        "Content-Type: application/recordio\r\nMessage-Content-Type: " + type + "\r\n");
  }

  private String maybeBroken(String right) {
    String headers = random.nextInt(4) == 0 ? brokenHeaders() : right;
    return random.nextInt(3) == 0 ? headers + "Accept: " + any(TYPES) + "\r\n" : headers;
  }

  private String brokenHeaders() {
    StringBuilder headers = new StringBuilder();
    for (String name :
        List.of("Content-Type", "Message-Content-Type", "Message-Accept", "Accept")) {
      if (random.nextBoolean()) {
        headers.append(name).append(": ").append(any(TYPES)).append("\r\n");
      }
    }
    return headers.toString();
  }

  /**
   * What goes over the wire, all of it, with a length or in chunks; once in a while it is cut off.
   *
   * @param line method and target
   */
  public byte[] request(String line, String headers, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean chunked = random.nextInt(3) == 0;
    String framing =
        chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + body.length + "\r\n";
    out.writeBytes(
        (line + " HTTP/1.1\r\nHost: x\r\n" + headers + framing + "\r\n").getBytes(ISO_8859_1));
    if (chunked) {
      chunks(body, out);
    } else {
      out.writeBytes(body);
    }
    byte[] whole = out.toByteArray();
    // The peer goes away in the middle.
    return random.nextInt(20) == 0 ? cut(whole) : whole;
  }

  private void chunks(byte[] body, ByteArrayOutputStream out) {
    int from = 0;
    while (from < body.length) {
      int size = Math.min(body.length - from, 1 + random.nextInt(200));
      out.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(US_ASCII));
      out.write(body, from, size);
      out.writeBytes("\r\n".getBytes(US_ASCII));
      from += size;
    }
    String end = random.nextInt(10) == 0 ? "zz\r\n\r\n" : "0\r\n\r\n";
    out.writeBytes(end.getBytes(US_ASCII));
  }

  /** The records one after the other, some of them framed wrongly, some broken. */
  public byte[] records(List<byte[]> messages, boolean json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      writeRecord(random.nextInt(3) == 0 ? broken(message, json) : message, out);
    }
    return out.toByteArray();
  }

  /** The records one after the other, some of them framed wrongly, all of them whole. */
  public byte[] framed(List<byte[]> messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    messages.forEach(message -> writeRecord(message, out));
    return out.toByteArray();
  }

  private void writeRecord(byte[] record, ByteArrayOutputStream out) {
    String length = random.nextInt(5) == 0 ? any(LENGTHS) : String.valueOf(record.length);
    out.writeBytes((length + (random.nextInt(20) == 0 ? "" : "\n")).getBytes(US_ASCII));
    out.writeBytes(record);
  }

  // ---- messages

  /** The message with something wrong about it; in one case of six it is left as it is. */
  public byte[] broken(byte[] message, boolean json) {
    return switch (random.nextInt(6)) {
      case 0 -> cut(message);
      case 1 -> flipped(message);
      case 2 -> json ? withAnotherValue(message) : withHugeLength(message);
      case 3 -> json ? withNesting(message) : repeated(message);
      case 4 -> random(random.nextInt(300));
      default -> message;
    };
  }

  private byte[] cut(byte[] bytes) {
    return bytes.length == 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private byte[] flipped(byte[] bytes) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < 3 && copy.length > 0; i++) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  /** What is after one of the colons becomes something else. */
  private byte[] withAnotherValue(byte[] json) {
    return withValue(json, any(VALUES));
  }

  /** What is after one of the colons becomes lists in lists, or messages in messages. */
  private byte[] withNesting(byte[] json) {
    int depth = random.nextInt(3000);
    String open = random.nextBoolean() ? "{\"parent\":" : "[";
    String close = open.equals("[") ? "]" : "}";
    return withValue(json, open.repeat(depth) + "{\"value\":\"x\"}" + close.repeat(depth));
  }

  private byte[] withValue(byte[] json, String value) {
    String text = new String(json, ISO_8859_1);
    List<Integer> colons = new ArrayList<>();
    for (int at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
      colons.add(at);
    }
    if (colons.isEmpty()) {
      return json;
    }
    int at = colons.get(random.nextInt(colons.size()));
    int end = at + 1;
    while (end < text.length() && ",}]".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return (text.substring(0, at + 1) + value + text.substring(end)).getBytes(ISO_8859_1);
  }

  /** A field of a length that is never reached. */
  private byte[] withHugeLength(byte[] message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(message);
    out.write(8 * (1 + random.nextInt(15)) + 2);
    out.writeBytes(new byte[] {-1, -1, -1, -1, (byte) (random.nextBoolean() ? 7 : 15)});
    return out.toByteArray();
  }

  private byte[] repeated(byte[] message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int times = random.nextInt(200);
    for (int i = 0; i < times; i++) {
      out.writeBytes(message);
    }
    return out.toByteArray();
  }

  private byte[] random(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
