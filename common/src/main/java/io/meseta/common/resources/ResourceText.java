package io.meseta.common.resources;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** {@code name(role):value;…}, the value a number, {@code [1-2,5-6]} or {@code {a,b}}. */
final class ResourceText {
  private static final Pattern NAME = Pattern.compile("([^()]*)(?:\\(([^()]*)\\))?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\s*-\\s*(\\d{1,18})");

  private ResourceText() {}

  static List<Resource> parse(String text) throws ResourceException {
    var protos = new ArrayList<Resource>();
    for (String part : text.split(";", -1)) {
      if (!part.isBlank()) {
        protos.add(parseOne(part.strip()));
      }
    }
    return protos;
  }

  @SuppressWarnings("deprecation") // The form's role is the older one: a static reservation.
  private static Resource parseOne(String part) throws ResourceException {
    int colon = part.indexOf(':');
    var name = NAME.matcher(colon < 0 ? "" : part.substring(0, colon).strip());
    if (colon < 0 || !name.matches()) {
      throw new ResourceException("'" + part + "' is not name:value or name(role):value");
    }
    var proto = Resource.newBuilder().setName(name.group(1).strip());
    if (name.group(2) != null) {
      proto.setRole(name.group(2).strip());
    }
    var value = part.substring(colon + 1).strip();
    if (value.startsWith("[") && value.endsWith("]")) {
      proto.setType(Value.Type.RANGES).setRanges(parseRanges(part, inner(value)));
    } else if (value.startsWith("{") && value.endsWith("}")) {
      proto.setType(Value.Type.SET).setSet(parseSet(part, inner(value)));
    } else if (NUMBER.matcher(value).matches()) {
      proto.setType(Value.Type.SCALAR).getScalarBuilder().setValue(Double.parseDouble(value));
    } else {
      throw new ResourceException(
          "'" + part + "' has a value that is not a number, [from-to,…] or {item,…}");
    }
    return proto.build();
  }

  private static String inner(String bracketed) {
    return bracketed.substring(1, bracketed.length() - 1).strip();
  }

  private static Value.Ranges parseRanges(String part, String text) throws ResourceException {
    var ranges = Value.Ranges.newBuilder();
    if (text.isEmpty()) {
      return ranges.build();
    }
    for (String range : text.split(",", -1)) {
      var bounds = RANGE.matcher(range.strip());
      if (!bounds.matches()) {
        throw new ResourceException("'" + part + "' has '" + range + "', which is not from-to");
      }
      ranges
          .addRangeBuilder()
          .setBegin(Long.parseLong(bounds.group(1)))
          .setEnd(Long.parseLong(bounds.group(2)));
    }
    return ranges.build();
  }

  private static Value.Set parseSet(String part, String text) throws ResourceException {
    var set = Value.Set.newBuilder();
    if (text.isEmpty()) {
      return set.build();
    }
    for (String item : text.split(",", -1)) {
      if (item.isBlank()) {
        throw new ResourceException("'" + part + "' has an empty item");
      }
      set.addItem(item.strip());
    }
    return set.build();
  }
}
