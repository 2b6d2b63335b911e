package io.meseta.common.ids;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The rules that every id from outside has to keep, since ids name directories on the agents. */
public final class Ids {
  /** The longest name of a directory on the usual Linux file systems, in bytes. */
  public static final int MAX_BYTES = 255;

  /** In UTF-8. */
  private static final int MOST_BYTES_OF_CHAR = 3;

  private Ids() {}

  /**
   * Why {@code value} cannot be an id, or nothing.
   *
   * @param kind what it should name, as it shall appear in the message: {@code "task id"}
   */
  public static Optional<String> invalidReason(String kind, String value) {
    if (value.isEmpty()) {
      return Optional.of("The " + kind + " is empty");
    }
    if (value.equals(".") || value.equals("..")) {
      return Optional.of("The " + kind + " '" + value + "' is the name of a directory");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '/' || c == '\\') {
        return Optional.of("The " + kind + " '" + printable(value) + "' contains a '" + c + "'");
      }
      if (Character.isISOControl(c)) {
        return Optional.of(
            String.format(
                "The %s '%s' contains the control character U+%04X",
                kind, printable(value), (int) c));
      }
    }
    // The cheap bounds first: an id of megabytes must not be encoded just to be measured.
    if (value.length() > MAX_BYTES
        || (value.length() > MAX_BYTES / MOST_BYTES_OF_CHAR
            && value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES)) {
      return Optional.of(
          "The " + kind + " '" + printable(value) + "' is longer than " + MAX_BYTES + " bytes");
    }
    return Optional.empty();
  }

  /** Short enough for a message and without what would break a line of the log. */
  private static String printable(String value) {
    var text = new StringBuilder();
    for (int i = 0; i < value.length() && i < 64; i++) {
      char c = value.charAt(i);
      text.append(Character.isISOControl(c) ? '?' : c);
    }
    return value.length() > 64 ? text + "…" : text.toString();
  }
}
