package io.meseta.common.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Messages of any type with values that a careful reader of the API would not send: empty and
 * hostile texts, negative and endless numbers, many of a kind. Each of them is well-formed, and has
 * its required fields.
 *
 * <p>Ids may be ones that there are, so that a message is about something: who makes messages for a
 * real cluster says which.
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

  /** More than is kept of anything. */
  private static final String HUGE = "x".repeat(600_000);

  private static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 1.0, -1.0, 0.0001, 1e300, -1e300, Double.NaN, Double.POSITIVE_INFINITY);
  private static final List<Long> WHOLE =
      List.of(0L, 1L, -1L, 65_536L, Long.MAX_VALUE, Long.MIN_VALUE);

  private final Random random;
  private final Map<String, List<String>> ids;
  private int fieldsLeft;

  /** Messages about nothing that exists. */
  public FuzzedMessages(Random random) {
    this(random, Map.of());
  }

  /**
   * @param ids by the names of messages that have a {@code value}, {@code AgentID}: what is there.
   *     Asked again for each message
   */
  public FuzzedMessages(Random random, Map<String, List<String>> ids) {
    this.random = random;
    this.ids = ids;
  }

  /** A message of the prototype's type. */
  public Message like(Message prototype) {
    fieldsLeft = MOST_FIELDS;
    Message.Builder message = prototype.newBuilderForType();
    fill(message, 0);
    return message.build();
  }

  /** The message with another value somewhere, at any depth, with one more or with one less. */
  public Message mutated(Message message) {
    List<FieldDescriptor> fields = new ArrayList<>(message.getAllFields().keySet());
    Message.Builder changed = message.toBuilder();
    if (message.getDescriptorForType().getFields().isEmpty()) {
      return message;
    }
    if (fields.isEmpty() || random.nextInt(5) == 0) {
      FieldDescriptor added = any(message.getDescriptorForType().getFields());
      fieldsLeft = MOST_FIELDS;
      set(changed, added, 1);
      return changed.build();
    }
    FieldDescriptor field = any(fields);
    boolean goesDeeper = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && chance(8, 10);
    if (field.isRepeated()) {
      mutateOneOf(changed, field, goesDeeper);
    } else if (goesDeeper) {
      changed.setField(field, mutated((Message) message.getField(field)));
    } else if (!field.isRequired() && !isOfMapEntry(field) && chance(1, 4)) {
      changed.clearField(field);
    } else {
      changed.setField(field, value(changed, field, 1));
    }
    return changed.build();
  }

  private void mutateOneOf(Message.Builder changed, FieldDescriptor field, boolean goesDeeper) {
    int at = random.nextInt(changed.getRepeatedFieldCount(field));
    if (goesDeeper) {
      changed.setRepeatedField(field, at, mutated((Message) changed.getRepeatedField(field, at)));
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> changed.addRepeatedField(field, changed.getRepeatedField(field, at));
      case 1 -> changed.clearField(field);
      default -> changed.setRepeatedField(field, at, value(changed, field, 1));
    }
  }

  private void set(Message.Builder message, FieldDescriptor field, int depth) {
    if (field.isRepeated()) {
      message.addRepeatedField(field, value(message, field, depth));
    } else {
      message.setField(field, value(message, field, depth));
    }
  }

  private boolean chance(int of, int all) {
    return random.nextInt(all) < of;
  }

  private void fill(Message.Builder message, int depth) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean wanted = field.isRequired() || isOfMapEntry(field) || wantsMore(depth);
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

  /** Key and value of a map are always there, also where that is not said. */
  private static boolean isOfMapEntry(FieldDescriptor field) {
    return field.getContainingType().getOptions().getMapEntry();
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
      case STRING -> text(owner);
      case BYTE_STRING -> someBytes();
      case ENUM -> any(field.getEnumType().getValues());
      case MESSAGE -> {
        Message.Builder inner = owner.newBuilderForField(field);
        fill(inner, depth + 1);
        yield inner.build();
      }
    };
  }

  private String text(Message.Builder owner) {
    if (chance(1, 300)) {
      return HUGE;
    }
    List<String> known = ids.getOrDefault(owner.getDescriptorForType().getName(), List.of());
    return known.isEmpty() || chance(1, 4) ? any(TEXTS) : any(known);
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
