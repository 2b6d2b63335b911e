package io.meseta.common.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Names one record of a {@link FencedStore}.
 *
 * @param collection the kind of record: lower-case letters, digits and dashes
 * @param id any text that is not empty; characters that a node's name cannot hold are escaped
 */
public record StoreKey(String collection, String id) {
  public StoreKey {
    requireCollection(collection);
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a record needs an id");
    }
  }

  static void requireCollection(String collection) {
    if (!collection.matches("[a-z][a-z0-9-]*") || collection.equals("epoch")) {
      throw new IllegalArgumentException("'" + collection + "' cannot name a collection");
    }
  }

  /**
   * The node's name: the id with everything but letters, digits and {@code - _ .} as {@code %XX}.
   */
  String nodeName() {
    StringBuilder name = new StringBuilder(id.length() + 8);
    for (byte unit : id.getBytes(UTF_8)) {
      char c = (char) (unit & 0xff);
      if (isPlain(c)) {
        name.append(c);
      } else {
        name.append('%').append(String.format("%02X", (int) c));
      }
    }
    // ZooKeeper takes these two for the node itself and its parent.
    return switch (name.toString()) {
      case "." -> "%2E";
      case ".." -> "%2E%2E";
      default -> name.toString();
    };
  }

  /**
   * The id that a node's name stands for.
   *
   * @throws IllegalArgumentException when the name was not made by {@link #nodeName}
   */
  static String idOf(String nodeName) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(nodeName.length());
    int i = 0;
    while (i < nodeName.length()) {
      char c = nodeName.charAt(i);
      if (c == '%' && i + 2 < nodeName.length()) {
        bytes.write(Integer.parseInt(nodeName.substring(i + 1, i + 3), 16));
        i += 3;
      } else if (isPlain(c)) {
        bytes.write(c);
        i++;
      } else {
        throw new IllegalArgumentException("'" + nodeName + "' is not the name of a record");
      }
    }
    return bytes.toString(UTF_8);
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
