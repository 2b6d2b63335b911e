package io.meseta.master.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The fields of a body of the type {@code application/x-www-form-urlencoded}. */
final class FormBody {

  private final Map<String, String> fields = new TreeMap<>();

  /**
   * Reads it, whatever type the request gives: older tools give none.
   *
   * @throws IllegalArgumentException when it is not well-formed
   */
  FormBody(byte[] body) {
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /**
   * A field that has to be there.
   *
   * @throws IllegalArgumentException if it is not
   */
  String required(String name) {
    String value = fields.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(
          "Missing '" + name + "' query parameter in the request body");
    }
    return value;
  }
}
