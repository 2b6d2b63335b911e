package io.meseta.common.files;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file.
 *
 * @param from the first byte
 * @param length how many, from 0
 */
record ByteRange(long from, long length) {

  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** What a Range header comes to. */
  record Answer(int status, ByteRange range) {}

  /**
   * As RFC 9110 has it: what is not understood, and more than one part, is as if nothing was asked.
   */
  static Answer of(Optional<String> header, long size) {
    Answer whole = new Answer(200, new ByteRange(0, size));
    Matcher asked = ONE.matcher(header.orElse("").strip());
    if (!asked.matches() || (asked.group(1) + asked.group(2)).isEmpty()) {
      return whole;
    }
    if (asked.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(asked.group(2)), size);
      return last == 0
          ? new Answer(416, new ByteRange(0, 0))
          : new Answer(206, new ByteRange(size - last, last));
    }
    long from = Long.parseLong(asked.group(1));
    long to = asked.group(2).isEmpty() ? Long.MAX_VALUE - 1 : Long.parseLong(asked.group(2));
    if (to < from) {
      return whole;
    }
    return from >= size
        ? new Answer(416, new ByteRange(0, 0))
        : new Answer(206, new ByteRange(from, Math.min(to, size - 1) - from + 1));
  }

  String contentRange(long size) {
    return "bytes " + from + "-" + (from + length - 1) + "/" + size;
  }
}
