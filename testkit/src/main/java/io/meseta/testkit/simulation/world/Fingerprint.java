package io.meseta.testkit.simulation.world;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.RecordComponent;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit hash over plain data in the order in which it is given: what the data say, never which
 * objects they are, so that it is the same in any JVM.
 *
 * <p>Takes records, protobuf messages, the types that events and effects are made of, and lists,
 * sorted maps and optionals of these. Anything else is refused, because its hash might differ from
 * run to run.
 */
final class Fingerprint {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** How a record is read. */
  private record Plan(long kind, List<Function<Object, @Nullable Object>> components) {}

  /** Says the same of a class whoever asks first, and is all that histories share. */
  private static final ClassValue<Plan> PLANS =
      new ClassValue<>() {
        @Override
        protected Plan computeValue(Class<?> type) {
          return plan(type);
        }
      };

  private long hash = 0x9e3779b97f4a7c15L;
  private @Nullable Message arrived;
  private byte[] arrivedBytes = {};

  long value() {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    return mixed ^ (mixed >>> 29);
  }

  void add(long number) {
    hash = Long.rotateLeft((hash ^ number) * 0x9fb21c651e98df25L, 29);
  }

  void add(String text) {
    // The texts that come most often are the same objects, which remember this number of theirs.
    add(((long) text.length() << Integer.SIZE) ^ text.hashCode());
  }

  void add(byte[] bytes) {
    add(bytes.length);
    int i = 0;
    for (; i + Long.BYTES <= bytes.length; i += Long.BYTES) {
      add((long) LONGS.get(bytes, i));
    }
    long rest = 0;
    for (; i < bytes.length; i++) {
      rest = (rest << 8) | (bytes[i] & 0xff);
    }
    add(rest);
  }

  void add(@Nullable Object value) {
    switch (value) {
      case null -> add(-1L);
      case String text -> add(text);
      case Message message -> addMessage(message);
      case Instant time -> {
        add(time.getEpochSecond());
        add(time.getNano());
      }
      case Duration time -> add(time.toNanos());
      case Number number -> addNumber(number);
      case Boolean truth -> add(truth ? 1L : 2L);
      case Enum<?> constant -> add(constant.name());
      case Optional<?> optional -> add(optional.orElse(null));
      case OptionalInt optional -> add(optional.isPresent() ? optional.getAsInt() : -1L);
      case OptionalLong optional -> add(optional.isPresent() ? optional.getAsLong() : -1L);
      case ByteString bytes -> add(bytes.toByteArray());
      case Collection<?> many -> {
        add(many.size());
        many.forEach(this::add);
      }
      case SortedMap<?, ?> map -> {
        add(map.size());
        map.forEach((key, entry) -> {
          add(key);
          add(entry);
        });
      }
      case Record data -> addRecord(data);
      default -> throw new IllegalArgumentException("No plain data: " + value.getClass());
    }
  }

  /**
   * This message was read from these bytes. If it is what comes next, they need not be made again.
   */
  void arrived(Message message, byte[] bytes) {
    arrived = message;
    arrivedBytes = bytes;
  }

  @SuppressWarnings("ReferenceEquality") // An equal one may have been written differently.
  private void addMessage(Message message) {
    add(message == arrived ? arrivedBytes : message.toByteArray());
  }

  private void addNumber(Number number) {
    add(number instanceof Double d ? Double.doubleToLongBits(d) : number.longValue());
  }

  private void addRecord(Record data) {
    Plan plan = PLANS.get(data.getClass());
    add(plan.kind);
    for (Function<Object, @Nullable Object> component : plan.components) {
      add(component.apply(data));
    }
  }

  private static Plan plan(Class<?> type) {
    List<Function<Object, @Nullable Object>> components = new ArrayList<>();
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      for (RecordComponent component : type.getRecordComponents()) {
        components.add(reader(lookup, lookup.unreflect(component.getAccessor())));
      }
    } catch (Throwable e) {
      throw new IllegalStateException("A record that cannot be read: " + type, e);
    }
    return new Plan(type.getName().hashCode(), components);
  }

  /** A function that calls the accessor as directly as written code would. */
  @SuppressWarnings("unchecked") // The metafactory makes what it is asked for.
  private static Function<Object, @Nullable Object> reader(
      MethodHandles.Lookup lookup, MethodHandle accessor) throws Throwable {
    return (Function<Object, @Nullable Object>)
        LambdaMetafactory.metafactory(
                lookup,
                "apply",
                MethodType.methodType(Function.class),
                MethodType.methodType(Object.class, Object.class),
                accessor,
                accessor.type().wrap())
            .getTarget()
            .invoke();
  }
}
