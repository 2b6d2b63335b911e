package io.meseta.api;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.protobuf.Message;

/**
 * The Java classes that Mesos 1.11.0 published, with the protobuf library of their time under
 * another package name. The resource-provider API is left out, as it is of this project.
 */
final class Oracle {
  private static final List<String> PACKAGES =
      List.of(
          "",
          ".scheduler",
          ".executor",
          ".allocator",
          ".maintenance",
          ".quota",
          ".master",
          ".agent");

  private Oracle() {}

  /** Its files, read with our protobuf library. */
  static List<FileDescriptorProto> fileProtos() {
    List<FileDescriptorProto> protos = new ArrayList<>();
    for (String name : PACKAGES) {
      var file =
          (org.apache.mesos.protobuf.Descriptors.FileDescriptor)
              Reflection.callStatic("org.apache.mesos.v1" + name + ".Protos", "getDescriptor");
      try {
        protos.add(FileDescriptorProto.parseFrom(file.toProto().toByteArray()));
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }
    return protos;
  }

  /** Its message types, as types of our protobuf library. */
  static List<Descriptor> messageTypes() {
    Map<String, FileDescriptor> built = new HashMap<>();
    var duration = com.google.protobuf.DurationProto.getDescriptor();
    built.put(duration.getName(), duration);
    List<Descriptor> types = new ArrayList<>();
    // In an order in which each file comes after those that it imports.
    for (FileDescriptorProto proto : fileProtos()) {
      FileDescriptor[] imports =
          proto.getDependencyList().stream().map(built::get).toArray(FileDescriptor[]::new);
      try {
        FileDescriptor file = FileDescriptor.buildFrom(proto, imports);
        built.put(file.getName(), file);
        types.addAll(Ours.messageTypes(file));
      } catch (DescriptorValidationException e) {
        throw new AssertionError(e);
      }
    }
    return types;
  }

  /** An empty message of its class for the type of that full name. */
  static Message prototype(String fullName) {
    String inV1 = fullName.substring("mesos.v1.".length());
    int firstType = 0;
    while (Character.isLowerCase(inV1.charAt(firstType))) {
      firstType = inV1.indexOf('.', firstType) + 1;
    }
    String name =
        "org.apache.mesos.v1."
            + inV1.substring(0, firstType)
            + "Protos$"
            + inV1.substring(firstType).replace('.', '$');
    return (Message) Reflection.callStatic(name, "getDefaultInstance");
  }

  /** Reads the bytes as that type and writes what was read. */
  static byte[] rewrite(String fullName, byte[] bytes) {
    return parse(fullName, bytes).toByteArray();
  }

  static Message parse(String fullName, byte[] bytes) {
    try {
      return prototype(fullName).getParserForType().parseFrom(bytes);
    } catch (org.apache.mesos.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(fullName + " refused by the oracle", e);
    }
  }
}
