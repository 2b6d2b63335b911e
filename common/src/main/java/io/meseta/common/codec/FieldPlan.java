package io.meseta.common.codec;

import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the JSON printer and reader want to know about one field, worked out once. */
final class FieldPlan {
  /** The forms that a value takes in JSON; several protobuf types share one. */
  enum Kind {
    INT32,
    UINT32,
    INT64,
    UINT64,
    FLOAT,
    DOUBLE,
    BOOL,
    STRING,
    BYTES,
    ENUM,
    MESSAGE
  }

  private final FieldDescriptor descriptor;
  private final SerializedString encodedName;
  private final Kind kind;
  private final boolean printedWhenUnset;
  private final SerializedString[] enumNames;
  private final Map<String, EnumValueDescriptor> enumValues;

  private final FieldAccess access;

  // Looked up on first use and not in the constructor: message types contain themselves. A race
  // stores the same object twice.
  private volatile @Nullable MessagePlan messagePlan;

  FieldPlan(FieldDescriptor descriptor) {
    this.descriptor = descriptor;
    encodedName = new SerializedString(descriptor.getName());
    kind = kindOf(descriptor);
    // Encoded now, so that printing never does.
    encodedName.asQuotedUTF8();
    printedWhenUnset =
        !descriptor.isRepeated()
            && descriptor.hasDefaultValue()
            && !descriptor.getOptions().getDeprecated();
    enumNames = kind == Kind.ENUM ? names(descriptor.getEnumType()) : new SerializedString[0];
    access = new FieldAccess(descriptor);
    enumValues = kind == Kind.ENUM ? values(descriptor.getEnumType()) : Map.of();
  }

  private static Kind kindOf(FieldDescriptor descriptor) {
    return switch (descriptor.getType()) {
      case INT32, SINT32, SFIXED32 -> Kind.INT32;
      case UINT32, FIXED32 -> Kind.UINT32;
      case INT64, SINT64, SFIXED64 -> Kind.INT64;
      case UINT64, FIXED64 -> Kind.UINT64;
      case FLOAT -> Kind.FLOAT;
      case DOUBLE -> Kind.DOUBLE;
      case BOOL -> Kind.BOOL;
      case STRING -> Kind.STRING;
      case BYTES -> Kind.BYTES;
      case ENUM -> Kind.ENUM;
      case MESSAGE, GROUP -> Kind.MESSAGE;
    };
  }

  private static SerializedString[] names(EnumDescriptor type) {
    return type.getValues().stream()
        .map(value -> new SerializedString(value.getName()))
        .toArray(SerializedString[]::new);
  }

  private static Map<String, EnumValueDescriptor> values(EnumDescriptor type) {
    List<EnumValueDescriptor> declared = type.getValues();
    Map<String, EnumValueDescriptor> byName = new HashMap<>(declared.size() * 2);
    declared.forEach(value -> byName.put(value.getName(), value));
    return byName;
  }

  FieldDescriptor descriptor() {
    return descriptor;
  }

  String name() {
    return encodedName.getValue();
  }

  SerializedString encodedName() {
    return encodedName;
  }

  Kind kind() {
    return kind;
  }

  boolean isRepeated() {
    return descriptor.isRepeated();
  }

  /** Of a field that is not repeated. */
  boolean isSetIn(Message message) {
    return access.isSet(message);
  }

  /** The value, the list of values, or where it is unset the default. */
  Object valueIn(Message message) {
    return access.get(message);
  }

  boolean isMap() {
    return descriptor.isMapField();
  }

  /**
   * Whether Mesos prints the field's declared default where it is unset: so it does for every
   * singular field that declares one and is not deprecated.
   */
  boolean printedWhenUnset() {
    return printedWhenUnset;
  }

  /** The enum value's name ready to print, or null for a number that the type does not name. */
  @Nullable SerializedString enumName(EnumValueDescriptor value) {
    int index = value.getIndex();
    return index >= 0 && index < enumNames.length ? enumNames[index] : null;
  }

  @Nullable EnumValueDescriptor enumValue(String name) {
    return enumValues.get(name);
  }

  /** The plan of the field's message type; only for {@link Kind#MESSAGE}. */
  MessagePlan message() {
    MessagePlan plan = messagePlan;
    if (plan == null) {
      plan = MessagePlan.of(descriptor.getMessageType());
      messagePlan = plan;
    }
    return plan;
  }
}
