package io.meseta.common.codec;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message type with a field of every form, several of which the Mesos API happens not to use.
 * Made at run time, so that no such message exists outside the tests.
 */
final class Schema {
  private static final String FILE =
      """
      name: "all.proto" package: "test" syntax: "proto2"
      enum_type { name: "Color" value { name: "RED" number: 1 } value { name: "BLUE" number: 2 } }
      message_type {
        name: "All"
        field { name: "int32" number: 1 label: LABEL_OPTIONAL type: TYPE_INT32 }
        field { name: "uint32" number: 2 label: LABEL_OPTIONAL type: TYPE_UINT32 }
        field { name: "int64" number: 3 label: LABEL_OPTIONAL type: TYPE_INT64 }
        field { name: "uint64" number: 4 label: LABEL_OPTIONAL type: TYPE_UINT64 }
        field { name: "float" number: 5 label: LABEL_OPTIONAL type: TYPE_FLOAT }
        field { name: "double" number: 6 label: LABEL_OPTIONAL type: TYPE_DOUBLE }
        field { name: "bool" number: 7 label: LABEL_OPTIONAL type: TYPE_BOOL }
        field { name: "string" number: 8 label: LABEL_OPTIONAL type: TYPE_STRING }
        field { name: "bytes" number: 9 label: LABEL_OPTIONAL type: TYPE_BYTES }
        field { name: "color" number: 10 label: LABEL_OPTIONAL type: TYPE_ENUM
                type_name: ".test.Color" }
        field { name: "child" number: 11 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                type_name: ".test.All" }
        field { name: "int32s" number: 12 label: LABEL_REPEATED type: TYPE_INT32 }
        field { name: "colors" number: 13 label: LABEL_REPEATED type: TYPE_ENUM
                type_name: ".test.Color" }
        field { name: "children" number: 14 label: LABEL_REPEATED type: TYPE_MESSAGE
                type_name: ".test.All" }
        field { name: "by_name" number: 15 label: LABEL_REPEATED type: TYPE_MESSAGE
                type_name: ".test.All.ByNameEntry" }
        field { name: "by_number" number: 16 label: LABEL_REPEATED type: TYPE_MESSAGE
                type_name: ".test.All.ByNumberEntry" }
        field { name: "must" number: 17 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                type_name: ".test.Must" }
        nested_type {
          name: "ByNameEntry" options { map_entry: true }
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_STRING }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_MESSAGE
                  type_name: ".test.All" }
        }
        nested_type {
          name: "ByNumberEntry" options { map_entry: true }
          field { name: "key" number: 1 label: LABEL_OPTIONAL type: TYPE_UINT64 }
          field { name: "value" number: 2 label: LABEL_OPTIONAL type: TYPE_STRING }
        }
      }
      message_type {
        name: "Must"
        field { name: "color" number: 1 label: LABEL_REQUIRED type: TYPE_ENUM
                type_name: ".test.Color" }
      }
      """;

  static final Descriptor ALL = build();
  static final DynamicMessage EMPTY = DynamicMessage.getDefaultInstance(ALL);

  private Schema() {}

  private static Descriptor build() {
    try {
      FileDescriptorProto file = TextFormat.parse(FILE, FileDescriptorProto.class);
      return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("All");
    } catch (TextFormat.ParseException | DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  static DynamicMessage read(String json) throws DecodeException {
    return JsonReader.read(json.getBytes(StandardCharsets.UTF_8), EMPTY);
  }

  /** Reads a document with one field and gives that field, or null where it stayed unset. */
  static @Nullable Object read(String field, String jsonValue) throws DecodeException {
    DynamicMessage message = read("{\"" + field + "\":" + jsonValue + "}");
    return message.getAllFields().get(ALL.findFieldByName(field));
  }

  /** The JSON of a message with that one field. */
  static String print(String field, Object value) {
    return JsonPrinter.toString(
        DynamicMessage.newBuilder(ALL).setField(ALL.findFieldByName(field), value).build());
  }
}
