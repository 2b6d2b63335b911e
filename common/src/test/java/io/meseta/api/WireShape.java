package io.meseta.api;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All that both ends must agree on about a set of {@code .proto} files, as facts that can be
 * compared one by one. How messages are spread over files is none of it.
 */
final class WireShape {
  private final Map<String, String> facts = new TreeMap<>();

  static WireShape of(Iterable<FileDescriptorProto> files) {
    WireShape shape = new WireShape();
    for (FileDescriptorProto file : files) {
      file.getMessageTypeList().forEach(each -> shape.addMessage(file.getPackage(), each));
      file.getEnumTypeList().forEach(each -> shape.addEnum(file.getPackage(), each));
    }
    return shape;
  }

  private void addMessage(String scope, DescriptorProto message) {
    String name = scope + "." + message.getName();
    facts.put("message " + name, message.getOptions().getMapEntry() ? "map entry" : "message");
    // The order of declaration is on the wire too: JSON is printed in it.
    facts.put(
        "order of " + name,
        message.getFieldList().stream()
            .map(FieldDescriptorProto::getName)
            .collect(Collectors.joining(", ")));
    message.getFieldList().forEach(field -> addField(name, message, field));
    message.getNestedTypeList().forEach(each -> addMessage(name, each));
    message.getEnumTypeList().forEach(each -> addEnum(name, each));
  }

  private void addField(String message, DescriptorProto type, FieldDescriptorProto field) {
    StringBuilder fact = new StringBuilder();
    fact.append("number ").append(field.getNumber());
    fact.append(' ').append(field.getLabel()).append(' ').append(field.getType());
    fact.append(' ').append(field.getTypeName());
    fact.append(field.hasDefaultValue() ? " default <" + field.getDefaultValue() + ">" : "");
    fact.append(field.getOptions().getDeprecated() ? " deprecated" : "");
    fact.append(field.getOptions().getPacked() ? " packed" : "");
    if (field.hasOneofIndex()) {
      fact.append(" oneof ").append(type.getOneofDecl(field.getOneofIndex()).getName());
    }
    facts.put("field " + message + "." + field.getName(), fact.toString());
  }

  private void addEnum(String scope, EnumDescriptorProto type) {
    String name = scope + "." + type.getName();
    facts.put("enum " + name, "enum");
    for (EnumValueDescriptorProto value : type.getValueList()) {
      facts.put(
          "value " + name + "." + value.getName(),
          "number "
              + value.getNumber()
              + (value.getOptions().getDeprecated() ? " deprecated" : ""));
    }
    // What an unset field without a default reads as.
    facts.put("first value of " + name, type.getValue(0).getName());
  }

  int size() {
    return facts.size();
  }

  /**
   * Each fact that only one of the two has, or that they tell differently; empty when they agree.
   */
  static List<String> differences(WireShape ours, WireShape theirs) {
    List<String> found = new ArrayList<>();
    ours.facts.forEach((what, our) -> {
      String their = theirs.facts.get(what);
      if (their == null) {
        found.add("only ours: " + what + ": " + our);
      } else if (!their.equals(our)) {
        found.add("differs: " + what + ": ours <" + our + ">, theirs <" + their + ">");
      }
    });
    theirs.facts.forEach((what, their) -> {
      if (!ours.facts.containsKey(what)) {
        found.add("only theirs: " + what + ": " + their);
      }
    });
    return found;
  }
}
