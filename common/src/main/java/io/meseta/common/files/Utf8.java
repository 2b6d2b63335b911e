package io.meseta.common.files;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of a file as text. Each byte that is not UTF-8 becomes a question mark, so that the text
 * has as many bytes in UTF-8 as there were in the file, and who reads on from there is right.
 *
 * @param bytes how many were taken: fewer than given if the last ones begin a character whose rest
 *     is still to come
 */
record Utf8(String text, int bytes) {

  /**
   * @param more whether the rest of a character at the end may still come
   */
  static Utf8 decode(byte[] given, boolean more) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(given);
    CharBuffer out = CharBuffer.allocate(given.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, !more);
      if (result.isUnderflow()) {
        break;
      }
      for (int i = 0; i < result.length(); i++) {
        in.get();
        out.put('?');
      }
    }
    return new Utf8(out.flip().toString(), in.position());
  }

  /** All of it, unless that begins a character only: then this is what there is of it. */
  static Utf8 decode(byte[] given) {
    Utf8 whole = decode(given, true);
    return whole.bytes == 0 ? decode(given, false) : whole;
  }
}
