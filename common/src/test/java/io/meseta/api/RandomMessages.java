package io.meseta.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Random;

/**
 * Fills messages at random, guided by their types: the same seed gives the same message. Required
 * fields are always set, so every message is complete.
 */
public final class RandomMessages {
  private static final int MOST_FIELDS = 400;
  private static final int FIRST_UNKNOWN_NUMBER = 60_000;

  private final Random random;
  private final boolean withUnknownFields;
  private int fieldsSet;

  /**
   * @param withUnknownFields whether to plant, here and there, fields of numbers that no type has
   */
  public RandomMessages(long seed, boolean withUnknownFields) {
    random = new Random(seed);
    this.withUnknownFields = withUnknownFields;
  }

  /** A message of the prototype's type. */
  public Message next(Message prototype) {
    fieldsSet = 0;
    Message.Builder builder = prototype.newBuilderForType();
    fill(builder, 0);
    return builder.build();
  }

  private void fill(Message.Builder builder, int depth) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      if (field.isRequired() || isWanted(depth)) {
        fieldsSet++;
        if (field.isRepeated()) {
          fillRepeated(builder, field, depth);
        } else {
          builder.setField(field, value(builder, field, depth));
        }
      }
    }
    if (withUnknownFields && random.nextInt(4) == 0) {
      builder.setUnknownFields(unknownFields());
    }
  }

  /** Nearly all fields of the outermost message, fewer the deeper, none when there are enough. */
  private boolean isWanted(int depth) {
    return fieldsSet < MOST_FIELDS && random.nextInt(10) < 9 - 2 * depth;
  }

  private void fillRepeated(Message.Builder builder, FieldDescriptor field, int depth) {
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      if (!field.isMapField()) {
        builder.addRepeatedField(field, value(builder, field, depth));
        continue;
      }
      Message.Builder entry = builder.newBuilderForField(field);
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      entry.setField(field.getMessageType().findFieldByNumber(1), "key " + i);
      entry.setField(value, value(entry, value, depth));
      builder.addRepeatedField(field, entry.build());
    }
  }

  private Object value(Message.Builder parent, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt() >> random.nextInt(32);
      case LONG -> random.nextLong() >> random.nextInt(64);
      case FLOAT -> (float) decimal();
      case DOUBLE -> decimal();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text();
      case BYTE_STRING -> bytes();
      case ENUM -> enumValue(field);
      case MESSAGE -> {
        Message.Builder child = parent.newBuilderForField(field);
        fill(child, depth + 1);
        yield child.build();
      }
    };
  }

  private double decimal() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(100_000);
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> -random.nextDouble() * 1e12;
      case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300);
      default -> random.nextInt(10_000) / 100.0;
    };
  }

  private String text() {
    String alphabet = "abcXYZ019 _-./\\\"\n\t\u0001éß中\u2028";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.append(random.nextInt(5) == 0 ? "\uD83D\uDE80" : "").toString();
  }

  private ByteString bytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private EnumValueDescriptor enumValue(FieldDescriptor field) {
    List<EnumValueDescriptor> values =
        field.getEnumType().getValues().stream()
            .filter(value -> !WireCompatibilityTest.isNewerThanTheOracle(value.getFullName()))
            .toList();
    return values.get(random.nextInt(values.size()));
  }

  private UnknownFieldSet unknownFields() {
    UnknownFieldSet.Field field =
        UnknownFieldSet.Field.newBuilder()
            .addVarint(random.nextLong())
            .addFixed32(random.nextInt())
            .addFixed64(random.nextLong())
            .addLengthDelimited(bytes())
            .build();
    return UnknownFieldSet.newBuilder()
        .addField(FIRST_UNKNOWN_NUMBER + random.nextInt(100), field)
        .build();
  }
}
