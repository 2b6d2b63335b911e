package io.meseta.agent.inventory;

import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An agent's attributes, in the text form of Mesos: {@code rack:r1;cores:8;ports:[1-5, 8-9]}. */
public final class Attributes {

  private static final Pattern NUMBER = Pattern.compile("-?(\\d+(\\.\\d*)?|\\.\\d+)");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\s*-\\s*(\\d{1,18})");

  private Attributes() {}

  /**
   * Reads attributes in the order given: a number is a scalar, {@code [a-b, c-d]} are ranges,
   * everything else is text.
   *
   * @throws IllegalArgumentException whose message says which part is wrong, and how
   */
  public static List<Attribute> parse(String text) {
    List<Attribute> attributes = new ArrayList<>();
    for (String token : text.split("[;\n]", -1)) {
      if (!token.isBlank()) {
        attributes.add(parseOne(token.strip()));
      }
    }
    return List.copyOf(attributes);
  }

  private static Attribute parseOne(String token) {
    // Only the first colon separates: text may contain others, as times and addresses do.
    int colon = token.indexOf(':');
    String name = colon < 0 ? "" : token.substring(0, colon).strip();
    String value = colon < 0 ? "" : token.substring(colon + 1).strip();
    if (name.isEmpty() || value.isEmpty()) {
      throw new IllegalArgumentException("attribute '" + token + "' is not of the form name:value");
    }
    Attribute.Builder attribute = Attribute.newBuilder().setName(name);
    if (value.startsWith("[")) {
      return attribute.setType(Value.Type.RANGES).setRanges(ranges(token, value)).build();
    }
    if (value.startsWith("{")) {
      throw new IllegalArgumentException(
          "attribute '"
              + token
              + "': sets are for resources; an attribute is a number, ranges or"
              + " text");
    }
    if (NUMBER.matcher(value).matches()) {
      return attribute
          .setType(Value.Type.SCALAR)
          .setScalar(Value.Scalar.newBuilder().setValue(Double.parseDouble(value)))
          .build();
    }
    return attribute
        .setType(Value.Type.TEXT)
        .setText(Value.Text.newBuilder().setValue(value))
        .build();
  }

  private static Value.Ranges ranges(String token, String value) {
    if (!value.endsWith("]")) {
      throw new IllegalArgumentException("attribute '" + token + "': ']' is missing");
    }
    Value.Ranges.Builder ranges = Value.Ranges.newBuilder();
    String inside = value.substring(1, value.length() - 1).strip();
    if (inside.isEmpty()) {
      return ranges.build();
    }
    for (String part : inside.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "attribute '" + token + "': '" + part.strip() + "' is not of the form low-high");
      }
      long low = Long.parseLong(matcher.group(1));
      long high = Long.parseLong(matcher.group(2));
      if (low > high) {
        throw new IllegalArgumentException(
            "attribute '" + token + "': " + low + " is above " + high);
      }
      ranges.addRange(Value.Range.newBuilder().setBegin(low).setEnd(high));
    }
    return ranges.build();
  }
}
