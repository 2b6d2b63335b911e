package io.meseta.common.recording.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes objects down, with everything that they refer to.
 *
 * <p>An object that is met again within one {@link #write} is referred to, so that what was one
 * object is one object again when it is read, cycles included; only a record must not be part of a
 * cycle. Classes are named once per writer.
 *
 * <p>Not thread-safe, and what is written must not change meanwhile.
 */
public final class GraphWriter {

  /** Deeper than any state is, and less than what a thread's stack holds. */
  private static final int MAX_DEPTH = 500;

  /** A message tells so many characters of the way to what cannot be written. */
  private static final int MAX_PLACE = 300;

  private final ByteSink out;
  private final boolean shared;
  private final IdentityHashMap<Object, Integer> written = new IdentityHashMap<>();
  private final Map<Class<?>, Integer> classes = new HashMap<>();
  private int depth;

  private GraphWriter(ByteSink out, boolean shared) {
    this.out = out;
    this.shared = shared;
  }

  /** A writer whose bytes {@link GraphReader} reads. */
  public static GraphWriter to(ByteSink out) {
    return new GraphWriter(out, true);
  }

  /**
   * A writer for bytes that are compared and not read: equal data gives equal bytes, whether or not
   * parts of it are the same object. The data must be a tree.
   */
  public static GraphWriter comparable(ByteSink out) {
    return new GraphWriter(out, false);
  }

  /**
   * Writes one object.
   *
   * @throws GraphException if it, or something in it, cannot be written down
   */
  public void write(@Nullable Object root) {
    written.clear();
    depth = 0;
    value(root);
  }

  private void value(@Nullable Object value) {
    if (value == null) {
      kind(Kind.NULL);
      return;
    }
    Kind kind = Kind.of(value.getClass());
    if (isShared(kind) && refer(value)) {
      return;
    }
    if (++depth > MAX_DEPTH) {
      throw new GraphException("records that contain each other, or too deep a graph");
    }
    kind(kind);
    content(kind, value);
    depth--;
  }

  /** Whether an object of this kind can be told from an equal one, or is large. */
  static boolean isShared(Kind kind) {
    return switch (kind) {
      case OBJECT, MESSAGE -> true;
      case ARRAY_LIST, ARRAY_DEQUE, TREE_SET, LINKED_SET, ENUM_SET -> true;
      case TREE_MAP, LINKED_MAP, ENUM_MAP, BIT_SET -> true;
      default -> false;
    };
  }

  private boolean refer(Object value) {
    if (!shared) {
      return false;
    }
    Integer known = written.putIfAbsent(value, written.size());
    if (known != null) {
      kind(Kind.REFERENCE);
      out.writeVarint(known);
    }
    return known != null;
  }

  @SuppressWarnings("EnumOrdinal") // as documented: the place in the list is what the bytes say
  private void kind(Kind kind) {
    out.writeByte(kind.ordinal());
  }

  private void content(Kind kind, Object value) {
    switch (kind) {
      case STRING -> out.writeString((String) value);
      case INTEGER -> out.writeSigned((Integer) value);
      case LONG -> out.writeSigned((Long) value);
      case BOOLEAN -> out.writeByte((Boolean) value ? 1 : 0);
      case DOUBLE -> out.writeLong(Double.doubleToRawLongBits((Double) value));
      case BYTES -> out.writeBytes((byte[]) value);
      case INSTANT -> instant((Instant) value);
      case DURATION -> duration((Duration) value);
      case OPTIONAL -> value(((Optional<?>) value).orElse(null));
      case OPTIONAL_INT -> value(boxed((OptionalInt) value));
      case OPTIONAL_LONG -> value(boxed((OptionalLong) value));
      case ENUM -> constant((Enum<?>) value);
      case BYTE_STRING -> out.writeBytes(((ByteString) value).toByteArray());
      case MESSAGE -> message((Message) value);
      case RECORD, OBJECT -> fields(value);
      case LAMBDA -> lambda(value);
      case ARRAY_LIST, ARRAY_DEQUE, LINKED_SET, FIXED_LIST, FIXED_SET -> elements(value);
      case ENUM_SET -> enumSet((EnumSet<?>) value);
      case TREE_SET, FIXED_SORTED_SET -> {
        value(((SortedSet<?>) value).comparator());
        elements(value);
      }
      case LINKED_MAP, FIXED_MAP -> entries(value);
      case ENUM_MAP -> enumMap((EnumMap<?, ?>) value);
      case BIT_SET -> out.writeBytes(((BitSet) value).toByteArray());
      case TREE_MAP, FIXED_SORTED_MAP -> {
        value(((SortedMap<?, ?>) value).comparator());
        entries(value);
      }
      case INT_ARRAY -> ints((int[]) value);
      case LONG_ARRAY -> longs((long[]) value);
      case NATURAL_ORDER -> {}
      case NULL, REFERENCE -> throw new IllegalStateException("no kind of a value: " + kind);
    }
  }

  private void ints(int[] values) {
    out.writeVarint(values.length);
    for (int value : values) {
      out.writeSigned(value);
    }
  }

  private void longs(long[] values) {
    out.writeVarint(values.length);
    for (long value : values) {
      out.writeSigned(value);
    }
  }

  private static @Nullable Integer boxed(OptionalInt value) {
    return value.isPresent() ? value.getAsInt() : null;
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private void instant(Instant value) {
    out.writeSigned(value.getEpochSecond());
    out.writeVarint(value.getNano());
  }

  private void duration(Duration value) {
    out.writeSigned(value.toSeconds());
    out.writeVarint(value.toNanosPart());
  }

  private void constant(Enum<?> value) {
    type(value.getDeclaringClass());
    out.writeString(value.name());
  }

  private void message(Message message) {
    type(message.getClass());
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    coded.useDeterministicSerialization();
    try {
      message.writeTo(coded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.writeBytes(bytes);
  }

  private void fields(Object owner) {
    type(owner.getClass());
    for (Field field : Shape.of(owner.getClass()).fields()) {
      try {
        value(Shape.get(field, owner));
      } catch (GraphException e) {
        if (String.valueOf(e.getMessage()).length() > MAX_PLACE) {
          throw e;
        }
        throw new GraphException(
            owner.getClass().getSimpleName() + "." + field.getName() + ": " + e.getMessage(), e);
      }
    }
  }

  private void lambda(Object value) {
    SerializedLambda lambda = Lambdas.describe(value);
    out.writeString(lambda.getCapturingClass().replace('/', '.'));
    out.writeVarint(lambda.getImplMethodKind());
    for (String text : Lambdas.identity(lambda)) {
      out.writeString(text);
    }
    out.writeVarint(lambda.getCapturedArgCount());
    for (int i = 0; i < lambda.getCapturedArgCount(); i++) {
      value(lambda.getCapturedArg(i));
    }
  }

  private void elements(Object collection) {
    Collection<?> elements = (Collection<?>) collection;
    out.writeVarint(elements.size());
    elements.forEach(this::value);
  }

  private void enumSet(EnumSet<?> set) {
    EnumSet<?> sample = set.isEmpty() ? EnumSet.complementOf(set) : set;
    type(sample.iterator().next().getDeclaringClass());
    elements(set);
  }

  private void enumMap(EnumMap<?, ?> map) {
    type(EnumMaps.keyType(map));
    entries(map);
  }

  private void entries(Object map) {
    Map<?, ?> entries = (Map<?, ?>) map;
    out.writeVarint(entries.size());
    entries.forEach((key, value) -> {
      value(key);
      value(value);
    });
  }

  /** The number of a class, and at the first time its name and fields. */
  private void type(Class<?> type) {
    Integer known = classes.putIfAbsent(type, classes.size());
    if (known != null) {
      out.writeVarint(known);
      return;
    }
    out.writeVarint(classes.size() - 1L);
    out.writeString(type.getName());
    if (Kind.isOurs(type.getName()) && !type.isEnum() && !Message.class.isAssignableFrom(type)) {
      out.writeString(String.join(",", Shape.of(type).names()));
    }
  }
}
