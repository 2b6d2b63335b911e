package io.meseta.common.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Compares pages by their fields and types: who reads one can read the other. */
public final class Shape {

  private Shape() {}

  /**
   * What a page lacks, or has of another type, beside one that Mesos gave.
   *
   * @param ignored paths of which nothing is expected
   */
  public static List<String> missing(JsonNode sample, JsonNode page, Set<String> ignored) {
    List<String> problems = new ArrayList<>();
    compare("", sample, page, ignored, problems);
    return problems;
  }

  private static void compare(
      String path, JsonNode sample, JsonNode page, Set<String> ignored, List<String> problems) {
    if (sample.getNodeType() != page.getNodeType()
        || sample.isFloatingPointNumber() != page.isFloatingPointNumber()) {
      problems.add(path + ": " + kind(page) + " instead of " + kind(sample));
    } else if (sample.isArray() && !sample.isEmpty()) {
      if (page.isEmpty()) {
        problems.add(path + ": empty");
      } else {
        compare(path + "[]", sample.get(0), page.get(0), ignored, problems);
      }
    } else if (sample.isObject()) {
      for (Iterator<String> names = sample.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        String below = path + "/" + name;
        if (ignored.contains(below)) {
          continue;
        }
        if (page.has(name)) {
          compare(below, sample.get(name), page.get(name), ignored, problems);
        } else {
          problems.add(below + ": missing");
        }
      }
    }
  }

  private static String kind(JsonNode node) {
    return node.isFloatingPointNumber() ? "a double" : node.getNodeType().toString();
  }
}
