package io.meseta.common.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Random;

/**
 * Messages of any type with values that a careful reader of the API would not send: empty and
 * hostile texts, negative and endless numbers, many of a kind. Each of them is well-formed, and has
 * its required fields.
 */
public final class FuzzedMessages {

  private static final int DEEPEST = 7;

  /** Optional fields of a whole message: without a limit, large types would fill the memory. */
  private static final int MOST_FIELDS = 60;

  private static final List<String> TEXTS =
      List.of(
          "",
          "*",
          "x",
          ".",
          "..",
          "../../etc/passwd",
          "a/b/*",
          "/",
          "role with space",
          "\u0000",
          "\ud83d\ude00",
          "<script>",
          "%s%n",
          "-1",
          "0123456789".repeat(40));
  private static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 1.0, -1.0, 0.0001, 1e300, -1e300, Double.NaN, Double.POSITIVE_INFINITY);
  private static final List<Long> WHOLE =
      List.of(0L, 1L, -1L, 65_536L, Long.MAX_VALUE, Long.MIN_VALUE);

  private final Random random;
  private int fieldsLeft;

  public FuzzedMessages(Random random) {
    this.random = random;
  }

  /** A message of the prototype's type. */
  public Message like(Message prototype) {
    fieldsLeft = MOST_FIELDS;
    Message.Builder message = prototype.newBuilderForType();
    fill(message, 0);
    return message.build();
  }

  private void fill(Message.Builder message, int depth) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean wanted = field.isRequired() || wantsMore(depth);
      if (wanted && field.isRepeated()) {
        int count = random.nextInt(3);
        for (int i = 0; i < count; i++) {
          message.addRepeatedField(field, value(message, field, depth));
        }
      } else if (wanted) {
        message.setField(field, value(message, field, depth));
      }
    }
  }

  private boolean wantsMore(int depth) {
    boolean wanted = depth < DEEPEST && fieldsLeft > 0 && random.nextInt(3 + depth) == 0;
    if (wanted) {
      fieldsLeft--;
    }
    return wanted;
  }

  private Object value(Message.Builder owner, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> any(WHOLE).intValue();
      case LONG -> any(WHOLE);
      case FLOAT -> any(NUMBERS).floatValue();
      case DOUBLE -> any(NUMBERS);
      case BOOLEAN -> random.nextBoolean();
      case STRING -> any(TEXTS);
      case BYTE_STRING -> someBytes();
      case ENUM -> any(field.getEnumType().getValues());
      case MESSAGE -> {
        Message.Builder inner = owner.newBuilderForField(field);
        fill(inner, depth + 1);
        yield inner.build();
      }
    };
  }

  private ByteString someBytes() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
