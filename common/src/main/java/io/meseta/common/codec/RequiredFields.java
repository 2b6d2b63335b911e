package io.meseta.common.codec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * The check that a message has all its required fields, with the full path of each that is missing.
 *
 * <p>Protobuf's own list of them does not know the keys of maps and is as long as the message is
 * broken; this one names {@code limits["cpus"].value} and stops after a few.
 */
final class RequiredFields {
  private static final int MOST_REPORTED = 5;

  private RequiredFields() {}

  /** Builds the message of the prototype's type, or tells what it lacks. */
  static <M extends Message> M check(Message.Builder builder, M prototype) throws DecodeException {
    Message message = builder.buildPartial();
    if (!message.isInitialized()) {
      throw new DecodeException(describe(message));
    }
    // The builder came from this prototype, so this is its class; the compiler cannot know.
    @SuppressWarnings("unchecked")
    M result = (M) prototype.getClass().cast(message);
    return result;
  }

  private static String describe(Message message) {
    List<String> missing = new ArrayList<>();
    collect(message, "", missing);
    boolean more = missing.size() > MOST_REPORTED;
    List<String> told = more ? missing.subList(0, MOST_REPORTED) : missing;
    return String.join("; ", told) + (more ? "; and more" : "");
  }

  private static void collect(Message message, String prefix, List<String> missing) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (missing.size() > MOST_REPORTED) {
        return;
      }
      if (field.isRequired() && !message.hasField(field)) {
        missing.add(prefix + field.getName() + ": missing required field");
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        collectChildren(message, field, prefix + field.getName(), missing);
      }
    }
  }

  private static void collectChildren(
      Message message, FieldDescriptor field, String path, List<String> missing) {
    if (!field.isRepeated()) {
      if (message.hasField(field)) {
        collect((Message) message.getField(field), path + ".", missing);
      }
      return;
    }
    int count = message.getRepeatedFieldCount(field);
    for (int i = 0; i < count; i++) {
      Message element = (Message) message.getRepeatedField(field, i);
      if (!field.isMapField()) {
        collect(element, path + "[" + i + "].", missing);
      } else if (element instanceof MapEntry<?, ?> entry && entry.getValue() instanceof Message m) {
        collect(m, path + "[\"" + entry.getKey() + "\"].", missing);
      }
    }
  }
}
