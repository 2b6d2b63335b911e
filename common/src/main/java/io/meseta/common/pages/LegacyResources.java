package io.meseta.common.pages;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Value;
import io.meseta.common.codec.DecimalText;
import io.meseta.common.codec.JsonPrinter;
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
 * scalars always there and ranges as text. What is revocable is shown apart: {@code
 * cpus_revocable}.
 */
public final class LegacyResources {

  private static final String REVOCABLE = "_revocable";

  /** Shown even when there is nothing of them, in this order. */
  private static final List<String> ALWAYS = List.of("disk", "mem", "gpus", "cpus");

  private static final SerializedString[] ALWAYS_ENCODED =
      ALWAYS.stream().map(SerializedString::new).toArray(SerializedString[]::new);

  private LegacyResources() {}

  /** Writes one field, an object: {@code "resources": {"cpus": 4.0, …}}. */
  public static void write(String field, Resources resources, JsonGenerator json)
      throws IOException {
    json.writeFieldName(field);
    write(resources, json);
  }

  /** Writes the object where the generator stands. */
  public static void write(Resources resources, JsonGenerator json) throws IOException {
    json.writeStartObject();
    long[] always = new long[ALWAYS.size()];
    boolean others = false;
    for (ResourceEntry entry : resources.entries()) {
      int index = entry.key().revocable() ? -1 : ALWAYS.indexOf(entry.key().name());
      if (index >= 0 && entry.value() instanceof Scalar) {
        always[index] = Math.addExact(always[index], entry.scalarMilli());
      } else {
        others = true;
      }
    }
    for (int i = 0; i < always.length; i++) {
      json.writeFieldName(ALWAYS_ENCODED[i]);
      DecimalText.writeMilli(always[i], json);
    }
    if (others) {
      writeOthers(resources.filter(key -> !key.revocable()), "", json);
      writeOthers(resources.filter(key -> key.revocable()), REVOCABLE, json);
    }
    json.writeEndObject();
  }

  private static void writeOthers(Resources resources, String suffix, JsonGenerator json)
      throws IOException {
    for (String name : resources.names()) {
      if (!suffix.isEmpty() || !ALWAYS.contains(name)) {
        writeOther(name, name + suffix, resources, json);
      }
    }
  }

  private static void writeOther(String name, String field, Resources resources, JsonGenerator json)
      throws IOException {
    ResourceValue value = resources.get(name).orElseThrow();
    json.writeFieldName(field);
    if (value instanceof Scalar) {
      DecimalText.writeMilli(resources.scalarMilli(name), json);
    } else {
      json.writeString(value.toString());
    }
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
    for (int i = 0; i < ALWAYS_ENCODED.length; i++) {
      json.writeFieldName(ALWAYS_ENCODED[i]);
      DecimalText.writeMilli(scalars.get(ALWAYS.get(i)), json);
    }
    for (Map.Entry<String, Long> scalar : scalars.asMap().entrySet()) {
      if (!ALWAYS.contains(scalar.getKey())) {
        json.writeFieldName(scalar.getKey());
        DecimalText.writeMilli(scalar.getValue(), json);
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

  /** The roles for which something is reserved. */
  public static SortedSet<String> reservedRoles(Resources resources) {
    TreeSet<String> roles = new TreeSet<>();
    for (ResourceEntry entry : resources.entries()) {
      if (!entry.key().isUnreserved()) {
        entry.key().reservationRole().ifPresent(roles::add);
      }
    }
    return roles;
  }

  /** Writes one field, named as the attribute. */
  public static void write(Attribute attribute, JsonGenerator json) throws IOException {
    switch (attribute.getType()) {
      case SCALAR -> {
        json.writeFieldName(attribute.getName());
        JsonPrinter.writeDouble(attribute.getScalar().getValue(), json);
      }
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
