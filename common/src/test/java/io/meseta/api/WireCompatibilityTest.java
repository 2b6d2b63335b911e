package io.meseta.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every message and enum of ours against those of Mesos, both ways: name, number, type, label,
 * default, deprecation, oneof, map, order of declaration, enum values.
 */
class WireCompatibilityTest {
  /**
   * What Mesos 1.12 added to the enums that peers really send: its masters publish QUOTA_V2, and
   * the others are Linux capabilities that a task may ask for. The oracle is one release older.
   */
  private static final Set<String> NEWER_THAN_THE_ORACLE =
      Set.of(
          "only ours: value mesos.v1.MasterInfo.Capability.Type.QUOTA_V2: number 3",
          "only ours: value mesos.v1.CapabilityInfo.Capability.PERFMON: number 1038",
          "only ours: value mesos.v1.CapabilityInfo.Capability.BPF: number 1039",
          "only ours: value mesos.v1.CapabilityInfo.Capability.CHECKPOINT_RESTORE: number 1040");

  /** Of an enum value's name as a descriptor gives it: in the scope of the enum. */
  static boolean isNewerThanTheOracle(String valueFullName) {
    return NEWER_THAN_THE_ORACLE.stream()
        .anyMatch(each -> each.contains(" " + valueFullName + ": "));
  }

  @Test
  void messagesAndEnumsAreThoseOfMesos() {
    WireShape ours = WireShape.of(Ours.fileProtos());
    WireShape theirs = WireShape.of(Oracle.fileProtos());
    assertThat(WireShape.differences(ours, theirs))
        .containsExactlyInAnyOrderElementsOf(NEWER_THAN_THE_ORACLE);
    // That something was compared at all: the API has some 2,000 fields and enum values.
    assertThat(theirs.size()).isGreaterThan(2000);
  }

  @Test
  void bothSidesHaveTheSameMessageTypes() {
    assertThat(names(Ours.messageTypes()))
        .containsExactlyInAnyOrderElementsOf(names(Oracle.messageTypes()));
  }

  private static List<String> names(List<Descriptor> types) {
    return types.stream().map(Descriptor::getFullName).collect(Collectors.toList());
  }

  private static Arguments planted(
      String name, Consumer<FileDescriptorProto.Builder> change, String... reported) {
    return Arguments.of(name, change, List.of(reported));
  }

  /** {@code mesos/v1/ids.proto} and {@code node.proto} with one thing changed. */
  static Stream<Arguments> differences() {
    return Stream.of(
        planted(
            "message missing",
            file -> file.removeMessageType(index(file, "FrameworkID")),
            "message mesos.v1.FrameworkID",
            "field mesos.v1.FrameworkID.value",
            "order of mesos.v1.FrameworkID"),
        planted(
            "field missing",
            file -> message(file, "ContainerID").removeField(1),
            "field mesos.v1.ContainerID.parent",
            "order of mesos.v1.ContainerID"),
        planted(
            "field renamed",
            file -> message(file, "FrameworkID").getFieldBuilder(0).setName("worth"),
            "field mesos.v1.FrameworkID.value",
            "field mesos.v1.FrameworkID.worth",
            "order of mesos.v1.FrameworkID"),
        planted(
            "other number",
            file -> message(file, "FrameworkID").getFieldBuilder(0).setNumber(2),
            "field mesos.v1.FrameworkID.value"),
        planted(
            "other type",
            file ->
                message(file, "FrameworkID")
                    .getFieldBuilder(0)
                    .setType(FieldDescriptorProto.Type.TYPE_BYTES),
            "field mesos.v1.FrameworkID.value"),
        planted(
            "other message type",
            file -> message(file, "ContainerID").getFieldBuilder(1).setTypeName(".mesos.v1.TaskID"),
            "field mesos.v1.ContainerID.parent"),
        planted(
            "other label",
            file ->
                message(file, "FrameworkID")
                    .getFieldBuilder(0)
                    .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL),
            "field mesos.v1.FrameworkID.value"),
        planted(
            "default added",
            file -> message(file, "FrameworkID").getFieldBuilder(0).setDefaultValue("x"),
            "field mesos.v1.FrameworkID.value"),
        planted(
            "default taken away",
            file -> message(file, "DrainConfig").getFieldBuilder(1).clearDefaultValue(),
            "field mesos.v1.DrainConfig.mark_gone"),
        planted(
            "deprecated",
            file ->
                message(file, "FrameworkID")
                    .getFieldBuilder(0)
                    .getOptionsBuilder()
                    .setDeprecated(true),
            "field mesos.v1.FrameworkID.value"),
        planted(
            "in a oneof",
            file -> {
              DescriptorProto.Builder id = message(file, "ContainerID");
              id.addOneofDeclBuilder().setName("either");
              id.getFieldBuilder(1).setOneofIndex(0);
            },
            "field mesos.v1.ContainerID.parent"),
        planted(
            "map entry",
            file -> message(file, "FrameworkID").getOptionsBuilder().setMapEntry(true),
            "message mesos.v1.FrameworkID"),
        planted(
            "other order",
            file -> {
              DescriptorProto.Builder id = message(file, "ContainerID");
              FieldDescriptorProto first = id.getField(0);
              id.setField(0, id.getField(1)).setField(1, first);
            },
            "order of mesos.v1.ContainerID"),
        planted(
            "enum value missing",
            file -> drainState(file).removeValue(2),
            "value mesos.v1.DrainState.DRAINED"),
        planted(
            "enum value with another number",
            file -> drainState(file).getValueBuilder(2).setNumber(7),
            "value mesos.v1.DrainState.DRAINED"),
        planted(
            "enum value deprecated",
            file -> drainState(file).getValueBuilder(2).getOptionsBuilder().setDeprecated(true),
            "value mesos.v1.DrainState.DRAINED"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("differences")
  void plantedDifferenceIsReported(
      String name, Consumer<FileDescriptorProto.Builder> change, List<String> reported) {
    List<FileDescriptorProto> honest = Ours.fileProtos();
    List<FileDescriptorProto> tampered = honest.stream().map(file -> tamper(file, change)).toList();
    assertThat(tampered).as(name).isNotEqualTo(honest);

    assertReported(WireShape.of(tampered), WireShape.of(honest), reported);
    assertReported(WireShape.of(honest), WireShape.of(tampered), reported);
  }

  private static void assertReported(WireShape ours, WireShape theirs, List<String> reported) {
    assertThat(WireShape.differences(ours, theirs))
        .hasSameSizeAs(reported)
        .allSatisfy(
            line -> assertThat(reported).anyMatch(what -> line.contains(": " + what + ": ")));
  }

  private static FileDescriptorProto tamper(
      FileDescriptorProto file, Consumer<FileDescriptorProto.Builder> change) {
    boolean concerned =
        file.getName().endsWith("/ids.proto") || file.getName().endsWith("/node.proto");
    FileDescriptorProto.Builder copy = file.toBuilder();
    if (concerned) {
      try {
        change.accept(copy);
      } catch (NotInThisFile e) {
        return file;
      }
    }
    return copy.build();
  }

  private static int index(FileDescriptorProto.Builder file, String message) {
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      if (file.getMessageType(i).getName().equals(message)) {
        return i;
      }
    }
    throw new NotInThisFile();
  }

  private static DescriptorProto.Builder message(FileDescriptorProto.Builder file, String name) {
    return file.getMessageTypeBuilder(index(file, name));
  }

  private static EnumDescriptorProto.Builder drainState(FileDescriptorProto.Builder file) {
    return file.getEnumTypeBuilderList().stream()
        .filter(each -> each.getName().equals("DrainState"))
        .findFirst()
        .orElseThrow(NotInThisFile::new);
  }

  private static final class NotInThisFile extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
