package io.meseta.common.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON to messages, as lenient as Mesos is and no more.
 *
 * <ul>
 *   <li>Fields go by their name in the {@code .proto} file; any other name, camelCase included, is
 *       unknown. Unknown fields are skipped, at every level.
 *   <li>{@code null} leaves a field unset: scalars, messages, lists, and elements of lists.
 *   <li>An enum name that is not known leaves an optional field unset and drops an element of a
 *       list; in a required field it is an error.
 *   <li>One value where a list is expected is a list of one.
 *   <li>Numbers and booleans may come as text, infinities and NaN must. A fraction in an integer
 *       field is cut off; what does not fit the field's range is an error.
 *   <li>Bytes are base64 of the standard alphabet; padding may be missing, blanks are skipped.
 *   <li>Of a name that appears twice in an object, the last one counts.
 *   <li>Missing required fields, nesting deeper than {@link Codec#MAX_DEPTH}, and anything behind
 *       the object are errors.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class JsonReader {
  private final JsonParser json;
  private final JsonPath path = new JsonPath();

  private JsonReader(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads one object that fills all the bytes.
   *
   * @throws DecodeException when it is no JSON, or no such message; the text is for the sender
   */
  public static <M extends Message> M read(byte[] bytes, M prototype) throws DecodeException {
    return read(ByteBuffer.wrap(bytes), prototype);
  }

  /**
   * Reads one object that fills the buffer from its position to its limit; the position is left
   * alone.
   *
   * @throws DecodeException when it is no JSON, or no such message; the text is for the sender
   */
  public static <M extends Message> M read(ByteBuffer bytes, M prototype) throws DecodeException {
    Message.Builder builder = prototype.newBuilderForType();
    try (JsonParser json = parser(bytes)) {
      new JsonReader(json).readDocument(builder);
    } catch (StreamConstraintsException e) {
      throw new DecodeException(
          "JSON too deep, or a name or number in it too long: " + e.getOriginalMessage(), e);
    } catch (JsonProcessingException e) {
      throw new DecodeException(
          String.format(
              "malformed JSON at line %d, column %d: %s",
              e.getLocation().getLineNr(), e.getLocation().getColumnNr(), e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new DecodeException("unreadable JSON: " + e.getMessage(), e);
    }
    return RequiredFields.check(builder, prototype);
  }

  private static JsonParser parser(ByteBuffer bytes) throws IOException {
    if (bytes.hasArray()) {
      return Json.FACTORY.createParser(
          bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Json.FACTORY.createParser(copy);
  }

  private void readDocument(Message.Builder builder) throws IOException, DecodeException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw new DecodeException("empty body: expected a JSON object");
    }
    if (first != JsonToken.START_OBJECT) {
      throw new DecodeException("expected a JSON object, got " + JsonScalars.describe(json));
    }
    readMessage(builder, MessagePlan.of(builder.getDescriptorForType()));
    if (json.nextToken() != null) {
      throw new DecodeException(
          "unexpected text behind the JSON object, at column "
              + json.currentTokenLocation().getColumnNr());
    }
  }

  // Recursion is as deep as the JSON, which the factory limits; unknown fields are skipped without.
  private void readMessage(Message.Builder builder, MessagePlan plan)
      throws IOException, DecodeException {
    // Of a name that comes twice the last one counts. To ask the builder would take longer.
    BitSet seen = new BitSet(plan.fields().length);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      FieldPlan field = plan.field(json.currentName());
      json.nextToken();
      if (field == null) {
        json.skipChildren();
      } else {
        if (seen.get(field.descriptor().getIndex())) {
          builder.clearField(field.descriptor());
        }
        seen.set(field.descriptor().getIndex());
        path.enterField(field.name());
        readField(builder, field);
        path.leave();
      }
    }
  }

  private void readField(Message.Builder builder, FieldPlan field)
      throws IOException, DecodeException {
    if (field.isMap()) {
      readMap(builder, field);
    } else if (field.isRepeated()) {
      readElements(builder, field, json.currentToken());
    } else {
      Object value = readValue(builder, field);
      if (value != null) {
        builder.setField(field.descriptor(), value);
      }
    }
  }

  /** A list, a list in a list (Mesos flattens them), or the only element. */
  private void readElements(Message.Builder builder, FieldPlan field, JsonToken token)
      throws IOException, DecodeException {
    if (token != JsonToken.START_ARRAY) {
      addElement(builder, field);
      return;
    }
    int index = 0;
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      path.enterIndex(index++);
      readElements(builder, field, next);
      path.leave();
    }
  }

  private void addElement(Message.Builder builder, FieldPlan field)
      throws IOException, DecodeException {
    Object value = readValue(builder, field);
    if (value != null) {
      builder.addRepeatedField(field.descriptor(), value);
    }
  }

  private void readMap(Message.Builder builder, FieldPlan field)
      throws IOException, DecodeException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw error("expected an object, got " + JsonScalars.describe(json));
    }
    FieldPlan keyPlan = field.message().fields()[0];
    FieldPlan valuePlan = field.message().fields()[1];
    // Collected first, because the last of several equal keys counts.
    Map<String, Message> entries = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      path.enterKey(key);
      Message.Builder entry = builder.newBuilderForField(field.descriptor());
      Object value = readValue(entry, valuePlan);
      if (value == null) {
        entries.remove(key);
      } else {
        entry.setField(keyPlan.descriptor(), readKey(key, keyPlan));
        entry.setField(valuePlan.descriptor(), value);
        entries.put(key, entry.buildPartial());
      }
      path.leave();
    }
    entries.values().forEach(entry -> builder.addRepeatedField(field.descriptor(), entry));
  }

  private Object readKey(String key, FieldPlan plan) throws DecodeException {
    try {
      return JsonScalars.fromText(key, plan.kind());
    } catch (IllegalArgumentException e) {
      throw error("bad key: " + e.getMessage());
    }
  }

  /** The value where the parser stands, or null where the field is to stay unset. */
  private @Nullable Object readValue(Message.Builder parent, FieldPlan field)
      throws IOException, DecodeException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    return switch (field.kind()) {
      case MESSAGE -> readChild(parent, field);
      case ENUM -> readEnum(field);
      default -> readScalar(field);
    };
  }

  private Object readScalar(FieldPlan field) throws IOException, DecodeException {
    try {
      return JsonScalars.read(json, field.kind());
    } catch (IllegalArgumentException e) {
      throw error(e.getMessage());
    }
  }

  private Message readChild(Message.Builder parent, FieldPlan field)
      throws IOException, DecodeException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw error("expected an object, got " + JsonScalars.describe(json));
    }
    Message.Builder child = parent.newBuilderForField(field.descriptor());
    readMessage(child, field.message());
    return child.buildPartial();
  }

  private @Nullable Object readEnum(FieldPlan field) throws IOException, DecodeException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw error("expected the name of a value, got " + JsonScalars.describe(json));
    }
    String name = json.getText();
    Object value = field.enumValue(name);
    if (value == null && field.descriptor().isRequired()) {
      throw error(
          "unknown value \""
              + JsonScalars.abbreviate(name)
              + "\" in a required field; known are "
              + field.descriptor().getEnumType().getValues());
    }
    return value;
  }

  private DecodeException error(@Nullable String reason) {
    return new DecodeException(path + ": " + reason);
  }
}
