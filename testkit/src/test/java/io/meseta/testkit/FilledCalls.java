package io.meseta.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import java.util.Locale;
import java.util.Map;

/**
 * Calls of every type with everything in them that a type can have, as far as it makes sense; made
 * from the descriptors, so that a new call is made too.
 *
 * @param ids what names the things that calls are about, by the name of the message (AgentID) or of
 *     the field (role)
 */
record FilledCalls(Map<String, String> ids) {

  private static final int DEPTH = 6;

  /** A call of a type with the member that is named like it, if there is one. */
  <C extends Message> C of(C prototype, EnumValueDescriptor type) {
    Message.Builder call = prototype.newBuilderForType();
    call.setField(prototype.getDescriptorForType().findFieldByName("type"), type);
    for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
      boolean member = field.getName().equals(type.getName().toLowerCase(Locale.ROOT));
      boolean aboutAll = field.getName().endsWith("_id");
      if (member || aboutAll) {
        call.setField(field, value(field, call, 0));
      }
    }
    @SuppressWarnings("unchecked") // Made by the prototype's own builder.
    C made = (C) call.build();
    return made;
  }

  private Message filled(Message.Builder message, int depth) {
    String id = ids.get(message.getDescriptorForType().getName());
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean wanted = field.isRequired() || (depth < DEPTH && isTelling(field));
      if (!wanted || field.isMapField()) {
        continue;
      }
      Object value = id == null ? value(field, message, depth) : idValue(field, id);
      if (field.isRepeated()) {
        message.addRepeatedField(field, value);
      } else {
        message.setField(field, value);
      }
    }
    return message.build();
  }

  /** An amount, or where something has to be reserved or to be a volume, that. */
  private Resource resource(FieldDescriptor field) {
    Resource.Builder amount =
        Resource.newBuilder()
            .setName("disk")
            .setType(Value.Type.SCALAR)
            .setScalar(Value.Scalar.newBuilder().setValue(1));
    if (field.getName().equals("guarantee") || field.getName().equals("addition")) {
      return amount.build();
    }
    amount.addReservations(
        Resource.ReservationInfo.newBuilder()
            .setType(Resource.ReservationInfo.Type.DYNAMIC)
            .setRole(ids.getOrDefault("role", "x"))
            .setPrincipal("x"));
    if (field.getName().contains("volume")) {
      amount.setDisk(
          Resource.DiskInfo.newBuilder()
              .setPersistence(
                  Resource.DiskInfo.Persistence.newBuilder().setId("v").setPrincipal("x"))
              .setVolume(Volume.newBuilder().setContainerPath("v").setMode(Volume.Mode.RW)));
    }
    return amount.build();
  }

  private static Object idValue(FieldDescriptor field, String id) {
    return field.getJavaType() == FieldDescriptor.JavaType.STRING ? id : field.getDefaultValue();
  }

  /** Not what would make a call one of another kind, or no call at all. */
  private static boolean isTelling(FieldDescriptor field) {
    return switch (field.getName()) {
      case "provider_id", "allocation_info", "shared", "revocable", "source" -> false;
      case "ranges", "set", "text", "health_check", "check", "roles", "suppressed_roles" -> false;
      case "principal", "max_grace_period", "offer_constraints" -> false;
      default -> !field.getOptions().getDeprecated();
    };
  }

  private Object value(FieldDescriptor field, Message.Builder parent, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> ids.getOrDefault(field.getName(), "x");
      case MESSAGE ->
          field.getMessageType().equals(Resource.getDescriptor())
              ? resource(field)
              : filled(parent.newBuilderForField(field), depth + 1);
      case ENUM -> field.getEnumType().getValues().getLast();
      case BOOLEAN -> false;
      case INT -> 1;
      case LONG -> 1L;
      case FLOAT -> 1F;
      case DOUBLE -> 1D;
      case BYTE_STRING -> ByteString.copyFromUtf8("0123456789abcdef");
    };
  }
}
