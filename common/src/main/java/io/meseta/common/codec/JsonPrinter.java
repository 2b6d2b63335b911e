package io.meseta.common.codec;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Messages to JSON as Mesos prints it.
 *
 * <ul>
 *   <li>Field names as the {@code .proto} file spells them, in the order of declaration, on one
 *       line, without blanks.
 *   <li>Enums by name; bytes as base64 with padding; integers of every size as bare numbers.
 *   <li>Doubles with at least one decimal ({@code 5.0}, {@code 0.1}), without exponent below 1e21;
 *       infinities and NaN as text ({@code "Infinity"}), because JSON has no number for them.
 *   <li>A field that is set is printed, even with its default as value. A singular field that is
 *       unset is printed with its default when the {@code .proto} file declares one and the field
 *       is not deprecated ({@code "checkpoint":false}).
 *   <li>Empty lists and maps are left out; maps are objects.
 *   <li>{@code google.protobuf.Duration} is an object like any other ({@code {"seconds":600}}).
 *   <li>Unknown fields are not printed: they have no name.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class JsonPrinter {
  private JsonPrinter() {}

  /** The message as UTF-8 JSON. */
  public static byte[] toBytes(Message message) {
    try (ByteArrayBuilder out = new ByteArrayBuilder()) {
      write(message, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
  }

  /** The message as JSON text; for logs and tests, since it costs a copy more. */
  public static String toString(Message message) {
    return new String(toBytes(message), StandardCharsets.UTF_8);
  }

  /**
   * Writes the message as UTF-8 JSON; flushes the stream and leaves it open.
   *
   * @throws IOException whatever the stream throws
   */
  public static void write(Message message, OutputStream out) throws IOException {
    try (JsonGenerator json = Json.FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
      write(message, json);
    }
  }

  /**
   * Writes the message as one object where the generator stands, for pages that hold messages among
   * other things.
   *
   * @throws IOException whatever the generator throws
   */
  public static void write(Message message, JsonGenerator json) throws IOException {
    writeMessage(message, MessagePlan.of(message.getDescriptorForType()), json);
  }

  private static void writeMessage(Message message, MessagePlan plan, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    for (FieldPlan field : plan.fields()) {
      if (field.isRepeated()) {
        writeRepeated(message, field, json);
      } else if (field.printedWhenUnset() || field.isSetIn(message)) {
        // An unset field has its declared default as value.
        json.writeFieldName(field.encodedName());
        writeValue(field.valueIn(message), field, json);
      }
    }
    json.writeEndObject();
  }

  private static void writeRepeated(Message message, FieldPlan field, JsonGenerator json)
      throws IOException {
    List<?> values = (List<?>) field.valueIn(message);
    if (values.isEmpty()) {
      return;
    }
    json.writeFieldName(field.encodedName());
    if (field.isMap()) {
      writeMap(values, field, json);
      return;
    }
    json.writeStartArray();
    for (Object value : values) {
      writeValue(value, field, json);
    }
    json.writeEndArray();
  }

  private static void writeMap(List<?> entries, FieldPlan field, JsonGenerator json)
      throws IOException {
    // A map is a list of messages of two fields, key and value.
    FieldPlan keyPlan = field.message().fields()[0];
    FieldPlan valuePlan = field.message().fields()[1];
    json.writeStartObject();
    for (Object entry : entries) {
      Message pair = (Message) entry;
      json.writeFieldName(keyText(pair.getField(keyPlan.descriptor()), keyPlan));
      writeValue(pair.getField(valuePlan.descriptor()), valuePlan, json);
    }
    json.writeEndObject();
  }

  private static String keyText(Object key, FieldPlan plan) {
    return switch (plan.kind()) {
      case UINT32 -> Integer.toUnsignedString((Integer) key);
      case UINT64 -> Long.toUnsignedString((Long) key);
      default -> key.toString();
    };
  }

  private static void writeValue(Object value, FieldPlan field, JsonGenerator json)
      throws IOException {
    switch (field.kind()) {
      case MESSAGE -> writeMessage((Message) value, field.message(), json);
      case STRING -> json.writeString((String) value);
      case ENUM -> writeEnum((EnumValueDescriptor) value, field, json);
      case DOUBLE -> writeDouble((Double) value, json);
      case FLOAT -> writeDouble(((Float) value).doubleValue(), json);
      case BOOL -> json.writeBoolean((Boolean) value);
      case INT32 -> json.writeNumber((Integer) value);
      case UINT32 -> json.writeNumber(Integer.toUnsignedLong((Integer) value));
      case INT64 -> json.writeNumber((Long) value);
      case UINT64 -> writeUnsigned((Long) value, json);
      case BYTES -> writeBytes((ByteString) value, json);
    }
  }

  private static void writeEnum(EnumValueDescriptor value, FieldPlan field, JsonGenerator json)
      throws IOException {
    SerializedString name = field.enumName(value);
    if (name != null) {
      json.writeString(name);
    } else {
      json.writeNumber(value.getNumber());
    }
  }

  private static void writeUnsigned(long value, JsonGenerator json) throws IOException {
    if (value >= 0) {
      json.writeNumber(value);
    } else {
      json.writeNumber(Long.toUnsignedString(value));
    }
  }

  /**
   * Writes a double as messages have it: with at least one decimal, without exponent below 1e21.
   *
   * @throws IOException whatever the generator throws
   */
  public static void writeDouble(double value, JsonGenerator json) throws IOException {
    long micros = DoubleText.micros(value);
    if (micros >= 0) {
      DecimalText.writeMicros(micros, json);
    } else if (Double.isFinite(value)) {
      json.writeNumber(DoubleText.of(value));
    } else {
      json.writeString(Double.toString(value));
    }
  }

  private static void writeBytes(ByteString value, JsonGenerator json) throws IOException {
    json.writeString(
        new String(Base64.getEncoder().encode(value.toByteArray()), StandardCharsets.ISO_8859_1));
  }
}
