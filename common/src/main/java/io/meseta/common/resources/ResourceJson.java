package io.meseta.common.resources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UninitializedMessageException;
import io.meseta.api.v1.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * The JSON form of an operator's flag: an array of {@code Resource} objects. Strict, unlike the
 * reader of calls: a name that is mistyped in a flag must not quietly mean nothing.
 */
final class ResourceJson {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private ResourceJson() {}

  static List<Resource> parse(String text) throws ResourceException {
    JsonNode array;
    try {
      array = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ResourceException("The resources are not valid JSON: " + e.getOriginalMessage());
    }
    var protos = new ArrayList<Resource>();
    for (int i = 0; i < array.size(); i++) {
      var proto = Resource.newBuilder();
      read(array.get(i), proto, "resources[" + i + "]");
      try {
        protos.add(proto.build());
      } catch (UninitializedMessageException e) {
        throw new ResourceException(
            "resources[" + i + "] lacks " + String.join(", ", e.getMissingFields()));
      }
    }
    return protos;
  }

  private static void read(JsonNode json, Message.Builder proto, String path)
      throws ResourceException {
    if (!json.isObject()) {
      throw new ResourceException(path + " is not an object");
    }
    for (var member : json.properties()) {
      var field = proto.getDescriptorForType().findFieldByName(member.getKey());
      var name = path + "." + member.getKey();
      if (field == null) {
        throw new ResourceException(name + " is unknown");
      }
      if (field.isRepeated()) {
        if (!member.getValue().isArray()) {
          throw new ResourceException(name + " is not an array");
        }
        for (JsonNode element : member.getValue()) {
          proto.addRepeatedField(field, readOne(element, field, proto, name));
        }
      } else {
        proto.setField(field, readOne(member.getValue(), field, proto, name));
      }
    }
  }

  private static Object readOne(
      JsonNode json, FieldDescriptor field, Message.Builder parent, String name)
      throws ResourceException {
    return switch (field.getJavaType()) {
      case MESSAGE -> {
        var nested = parent.newBuilderForField(field);
        read(json, nested, name);
        yield nested.buildPartial();
      }
      case ENUM -> {
        var constant = field.getEnumType().findValueByName(json.asText());
        require(constant != null, name, "the name of a " + field.getEnumType().getName());
        yield constant;
      }
      case DOUBLE -> {
        require(json.isNumber(), name, "a number");
        yield json.doubleValue();
      }
      case LONG -> {
        require(json.canConvertToLong() && json.isIntegralNumber(), name, "a whole number");
        yield json.longValue();
      }
      case STRING -> {
        require(json.isTextual(), name, "a text");
        yield json.textValue();
      }
      default -> throw new ResourceException(name + " cannot be given in a flag");
    };
  }

  private static void require(boolean condition, String name, String expected)
      throws ResourceException {
    if (!condition) {
      throw new ResourceException(name + " is not " + expected);
    }
  }
}
