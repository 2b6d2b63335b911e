package io.meseta.agent.fetch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A relative name of which every part is a plain name: it cannot lead out of the directory in which
 * it is used, as long as none of the directories on the way is a link.
 *
 * @param parts at least one
 */
record SafeName(List<String> parts) {

  private static final int MAX_PART_BYTES = 255;
  private static final int MAX_PARTS = 64;

  SafeName {
    parts = List.copyOf(parts);
  }

  /**
   * Takes {@code ./a//b/} for {@code a/b}.
   *
   * @throws IllegalArgumentException if it is none; the message says why
   */
  static SafeName parse(String text) {
    SafeName name = parseOrRoot(text);
    if (name.parts.isEmpty()) {
      throw refused(text, "it names no file");
    }
    return name;
  }

  /** The same, and the directory itself is a name without parts. */
  static SafeName parseOrRoot(String text) {
    if (text.startsWith("/")) {
      throw refused(text, "it is absolute");
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.split("/", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(checked(text, part));
      }
    }
    if (parts.size() > MAX_PARTS) {
      throw refused(text, "it is more than " + MAX_PARTS + " directories deep");
    }
    return new SafeName(parts);
  }

  private static String checked(String text, String part) {
    if (part.equals("..")) {
      throw refused(text, "it has '..' in it");
    }
    if (part.chars().anyMatch(Character::isISOControl)) {
      throw refused(text, "it has control characters in it");
    }
    if (part.getBytes(StandardCharsets.UTF_8).length > MAX_PART_BYTES) {
      throw refused(text, "a part of it is longer than " + MAX_PART_BYTES + " bytes");
    }
    return part;
  }

  private static IllegalArgumentException refused(String text, String why) {
    return new IllegalArgumentException("'" + FetchItem.printable(text) + "' is refused: " + why);
  }

  /** The last part. */
  String name() {
    return parts.get(parts.size() - 1);
  }

  /** How many directories are above it. */
  int depth() {
    return parts.size() - 1;
  }

  @Override
  public String toString() {
    return String.join("/", parts);
  }
}
