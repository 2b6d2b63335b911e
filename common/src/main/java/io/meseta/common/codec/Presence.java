package io.meseta.common.codec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether a message has a certain field: by calling its generated {@code hasName()} as directly as
 * written code would. Most fields of most messages are unset, so that asking by reflection, as
 * {@link Message#hasField} does, takes longer than printing what is there.
 */
final class Presence implements Predicate<Message> {

  /** The generated class and its method. */
  private record Direct(Class<?> type, Predicate<Message> has) {}

  private final FieldDescriptor field;

  /** Found out with the first message, as descriptors do not know their class. */
  private volatile @Nullable Direct direct;

  private Presence(FieldDescriptor field) {
    this.field = field;
  }

  static Presence of(FieldDescriptor field) {
    return new Presence(field);
  }

  @Override
  public boolean test(Message message) {
    Direct known = direct;
    if (known == null) {
      // No generated method, in a dynamic message: slower, and as right.
      Predicate<Message> has = direct(message.getClass(), field).orElse(any -> any.hasField(field));
      known = new Direct(message.getClass(), has);
      direct = known;
    }
    // One type may have several classes: its generated one, and that of dynamic messages.
    return known.type == message.getClass() ? known.has.test(message) : message.hasField(field);
  }

  @SuppressWarnings("unchecked") // The metafactory makes what it is asked for.
  static Optional<Predicate<Message>> direct(Class<?> type, FieldDescriptor field) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle has =
          lookup.findVirtual(type, methodName(field), MethodType.methodType(boolean.class));
      return Optional.of(
          (Predicate<Message>)
              LambdaMetafactory.metafactory(
                      lookup,
                      "test",
                      MethodType.methodType(Predicate.class),
                      MethodType.methodType(boolean.class, Object.class),
                      has,
                      MethodType.methodType(boolean.class, type))
                  .getTarget()
                  .invoke());
    } catch (Throwable e) {
      return Optional.empty();
    }
  }

  /** {@code hasFrameworkId} of {@code framework_id}. */
  private static String methodName(FieldDescriptor field) {
    StringBuilder name = new StringBuilder("has");
    boolean upper = true;
    for (char c : field.getName().toCharArray()) {
      if (c == '_') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : c);
        upper = Character.isDigit(c);
      }
    }
    return name.toString();
  }
}
