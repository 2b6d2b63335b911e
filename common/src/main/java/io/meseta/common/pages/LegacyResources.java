package io.meseta.common.pages;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Value;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceValue;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Resources and attributes as the pages that Mesos's tools read show them: objects, with the usual
 * scalars always there and ranges as text.
 */
public final class LegacyResources {

  /** Shown even when there is nothing of them, in this order. */
  private static final List<String> ALWAYS = List.of("disk", "mem", "gpus", "cpus");

  private LegacyResources() {}

  /** Writes one field, an object: {@code "resources": {"cpus": 4.0, …}}. */
  public static void write(String field, Resources resources, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (String name : ALWAYS) {
      json.writeNumberField(name, resources.scalarMilli(name) / 1000.0);
    }
    for (String name : resources.names()) {
      if (!ALWAYS.contains(name)) {
        writeOther(name, resources, json);
      }
    }
    json.writeEndObject();
  }

  /**
   * As {@link #write(String, Resources, JsonGenerator)}, for sums over several agents.
   *
   * @param scalars the amounts
   * @param others of which only ranges and sets are shown
   */
  public static void write(String field, Quantities scalars, Resources others, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (String name : ALWAYS) {
      json.writeNumberField(name, scalars.get(name) / 1000.0);
    }
    for (Map.Entry<String, Long> scalar : scalars.asMap().entrySet()) {
      if (!ALWAYS.contains(scalar.getKey())) {
        json.writeNumberField(scalar.getKey(), scalar.getValue() / 1000.0);
      }
    }
    for (String name : others.names()) {
      ResourceValue value = others.get(name).orElseThrow();
      if (!(value instanceof Scalar)) {
        json.writeStringField(name, value.toString());
      }
    }
    json.writeEndObject();
  }

  private static void writeOther(String name, Resources resources, JsonGenerator json)
      throws IOException {
    ResourceValue value = resources.get(name).orElseThrow();
    if (value instanceof Scalar) {
      json.writeNumberField(name, resources.scalarMilli(name) / 1000.0);
    } else {
      json.writeStringField(name, value.toString());
    }
  }

  /** The roles for which something is reserved. */
  public static SortedSet<String> reservedRoles(Resources resources) {
    TreeSet<String> roles = new TreeSet<>();
    for (ResourceEntry entry : resources.reserved().entries()) {
      entry.key().reservationRole().ifPresent(roles::add);
    }
    return roles;
  }

  /** Writes one field, named as the attribute. */
  public static void write(Attribute attribute, JsonGenerator json) throws IOException {
    switch (attribute.getType()) {
      case SCALAR -> json.writeNumberField(attribute.getName(), attribute.getScalar().getValue());
      case TEXT -> json.writeStringField(attribute.getName(), attribute.getText().getValue());
      case RANGES -> json.writeStringField(attribute.getName(), rangesText(attribute.getRanges()));
      case SET ->
          json.writeStringField(
              attribute.getName(), "{" + String.join(", ", attribute.getSet().getItemList()) + "}");
    }
  }

  private static String rangesText(Value.Ranges ranges) {
    return ranges.getRangeList().stream()
        .map(range -> range.getBegin() + "-" + range.getEnd())
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
