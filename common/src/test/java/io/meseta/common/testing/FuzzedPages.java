package io.meseta.common.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Requests for the pages of a daemon, with methods, queries and forms that make no sense. */
public final class FuzzedPages {

  private static final List<String> BELOW =
      List.of("", "x", "..", "../../etc/passwd", "%2e%2e%2fx", "a//b", "%00", "%zz");
  private static final List<String> QUERIES =
      List.of(
          "",
          "?",
          "?jsonp=<script>",
          "?jsonp=%0d%0aSet-Cookie:%20x",
          "?limit=-1&offset=99999999999999999999",
          "?limit=NaN&order=sideways",
          "?framework_id=&slave_id=%00&task_id=..",
          "?timeout=-1secs",
          "?timeout=%ff%fe",
          "?path=../../../../etc/passwd&offset=-5&length=99999999999",
          "?framework=x&role=%2A&agent=%",
          "?a=b&a=c&&&===",
          "?%zz=%");
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "X");
  private static final List<String> FORMS =
      List.of(
          "",
          "frameworkId=nobody",
          "frameworkId=%zz&frameworkId",
          "slaveId=nobody&resources=[{",
          "slaveId=&volumes=null",
          "[{\"hostname\":",
          "{\"windows\":7}",
          "{\"windows\":[{\"machine_ids\":[{}],\"unavailability\":\"now\"}]}",
          "{\"role\":",
          "[{\"role\":\"x\",\"weight\":\"heavy\"}]",
          "[[[[[[[[[[[",
          "\u0000\u0001\u0002");

  private final Random random;
  private final FuzzedBytes bytes;
  private final List<String> paths;

  /**
   * @param random is shared with whoever makes the bytes
   * @param paths all that the daemon serves; those of trees end with {@code *}
   */
  public FuzzedPages(Random random, FuzzedBytes bytes, Collection<String> paths) {
    this.random = random;
    this.bytes = bytes;
    this.paths = new ArrayList<>(paths);
    this.paths.add("/no-such-page");
  }

  /**
   * What goes over the wire, all of it.
   *
   * @param prefix before the path
   */
  public byte[] next(String prefix) {
    String path = bytes.any(paths);
    if (path.endsWith("*")) {
      path = path.substring(0, path.length() - 1) + bytes.any(BELOW);
    }
    String line = bytes.any(METHODS) + " " + prefix + path + bytes.any(QUERIES);
    byte[] body = bytes.any(FORMS).getBytes(UTF_8);
    String form = "Content-Type: application/x-www-form-urlencoded\r\n";
    return bytes.request(line, random.nextBoolean() ? form : bytes.headers(true), body);
  }
}
