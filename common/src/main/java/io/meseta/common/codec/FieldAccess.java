package io.meseta.common.codec;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.ProtocolMessageEnum;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads one field of generated messages by calling {@code hasName()} and {@code getName()} as
 * directly as written code would. {@link Message#hasField} and {@link Message#getField} go by
 * reflection, which takes longer than printing what they find: most fields of most messages are
 * unset.
 */
final class FieldAccess {

  /**
   * The methods of one generated class.
   *
   * @param has of repeated fields, always true
   */
  record Direct(Class<?> type, Predicate<Message> has, Function<Message, Object> get) {}

  private final FieldDescriptor field;

  /** Found out with the first message, as descriptors do not know their class. */
  private volatile @Nullable Direct direct;

  FieldAccess(FieldDescriptor field) {
    this.field = field;
  }

  /** Whether it is set; of fields that are not repeated. */
  boolean isSet(Message message) {
    return of(message).has.test(message);
  }

  /** As {@link Message#getField} gives it. */
  Object get(Message message) {
    return of(message).get.apply(message);
  }

  private Direct of(Message message) {
    Direct known = direct;
    if (known == null) {
      known = direct(message.getClass(), field).orElseGet(() -> byReflection(message.getClass()));
      direct = known;
    }
    // One type may have several classes: its generated one, and that of dynamic messages.
    return known.type == message.getClass() ? known : byReflection(message.getClass());
  }

  /** No generated methods, in a dynamic message: slower, and as right. */
  private Direct byReflection(Class<?> type) {
    return new Direct(type, message -> message.hasField(field), message -> message.getField(field));
  }

  /** Empty if the class does not have the methods, or the field is one that is read otherwise. */
  static Optional<Direct> direct(Class<?> type, FieldDescriptor field) {
    // A map's entries are made for reflection only, and an enum's value may be unknown.
    if (field.isMapField() || (field.isRepeated() && isEnum(field))) {
      return Optional.empty();
    }
    String name = camelCase(field.getName());
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      MethodHandle get = find(lookup, type, "get" + name + (field.isRepeated() ? "List" : ""));
      Predicate<Message> has =
          field.isRepeated()
              ? message -> true
              : predicate(lookup, find(lookup, type, "has" + name));
      Function<Message, Object> value = function(lookup, get);
      return Optional.of(
          new Direct(type, has, isEnum(field) ? value.andThen(FieldAccess::descriptor) : value));
    } catch (Throwable e) {
      return Optional.empty();
    }
  }

  private static boolean isEnum(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.ENUM;
  }

  private static EnumValueDescriptor descriptor(Object constant) {
    return ((ProtocolMessageEnum) constant).getValueDescriptor();
  }

  private static MethodHandle find(MethodHandles.Lookup lookup, Class<?> type, String name)
      throws ReflectiveOperationException {
    return lookup.unreflect(type.getMethod(name));
  }

  @SuppressWarnings("unchecked") // The metafactory makes what it is asked for.
  private static Predicate<Message> predicate(MethodHandles.Lookup lookup, MethodHandle method)
      throws Throwable {
    return (Predicate<Message>)
        LambdaMetafactory.metafactory(
                lookup,
                "test",
                MethodType.methodType(Predicate.class),
                MethodType.methodType(boolean.class, Object.class),
                method,
                method.type())
            .getTarget()
            .invoke();
  }

  @SuppressWarnings("unchecked") // The metafactory makes what it is asked for.
  private static Function<Message, Object> function(
      MethodHandles.Lookup lookup, MethodHandle method) throws Throwable {
    return (Function<Message, Object>)
        LambdaMetafactory.metafactory(
                lookup,
                "apply",
                MethodType.methodType(Function.class),
                MethodType.methodType(Object.class, Object.class),
                method,
                method.type().wrap())
            .getTarget()
            .invoke();
  }

  /** {@code FrameworkId} of {@code framework_id}. */
  private static String camelCase(String fieldName) {
    StringBuilder name = new StringBuilder();
    boolean upper = true;
    for (int i = 0; i < fieldName.length(); i++) {
      char c = fieldName.charAt(i);
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
