package io.meseta.common.recording.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.Internal;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import java.lang.reflect.Field;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Builds again what a {@link GraphWriter} wrote; the calls of {@link #read} must be as many and in
 * the same order.
 *
 * <p>Not thread-safe. Throws {@link GraphException} when the bytes are damaged, or were written by
 * a program with other classes.
 */
public final class GraphReader {

  private final ByteSource in;
  private final List<Object> read = new ArrayList<>();
  private final List<Class<?>> classes = new ArrayList<>();

  public GraphReader(ByteSource in) {
    this.in = in;
  }

  /** The next object. */
  public @Nullable Object read() {
    read.clear();
    return value();
  }

  private @Nullable Object value() {
    Kind kind = Kind.of(in.readByte());
    if (kind == Kind.NULL) {
      return null;
    }
    if (kind == Kind.REFERENCE) {
      return referred();
    }
    return GraphWriter.isShared(kind) ? shared(kind) : unshared(kind);
  }

  private Object referred() {
    int number = (int) in.readVarint();
    if (number < 0 || number >= read.size()) {
      throw new GraphException("a reference to something that was not written");
    }
    return read.get(number);
  }

  private Object required() {
    Object value = value();
    if (value == null) {
      throw new GraphException("nothing, where something must be");
    }
    return value;
  }

  private Object unshared(Kind kind) {
    return switch (kind) {
      case STRING -> in.readString();
      case INTEGER -> (int) in.readSigned();
      case LONG -> in.readSigned();
      case BOOLEAN -> in.readByte() != 0;
      case DOUBLE -> Double.longBitsToDouble(in.readLong());
      case BYTES -> in.readBytes();
      case INSTANT -> instant();
      case DURATION -> Duration.ofSeconds(in.readSigned(), in.readVarint());
      case OPTIONAL -> Optional.ofNullable(value());
      case OPTIONAL_INT -> value() instanceof Integer i ? OptionalInt.of(i) : OptionalInt.empty();
      case OPTIONAL_LONG -> value() instanceof Long l ? OptionalLong.of(l) : OptionalLong.empty();
      case ENUM -> constant();
      case BYTE_STRING -> ByteString.copyFrom(in.readBytes());
      case RECORD -> record();
      case LAMBDA -> lambda();
      case NATURAL_ORDER -> Comparator.naturalOrder();
      case INT_ARRAY -> ints();
      case LONG_ARRAY -> longs();
      case FIXED_LIST -> Collections.unmodifiableList(fill(new ArrayList<>()));
      case FIXED_SET -> Collections.unmodifiableSet(fill(new LinkedHashSet<>()));
      case FIXED_SORTED_SET -> Collections.unmodifiableSortedSet(fill(new TreeSet<>(comparator())));
      case FIXED_MAP -> Collections.unmodifiableMap(fill(new LinkedHashMap<>()));
      case FIXED_SORTED_MAP -> Collections.unmodifiableSortedMap(fill(new TreeMap<>(comparator())));
      default -> throw new IllegalStateException("not here: " + kind);
    };
  }

  private int[] ints() {
    int[] values = new int[in.readCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) in.readSigned();
    }
    return values;
  }

  private long[] longs() {
    long[] values = new long[in.readCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readSigned();
    }
    return values;
  }

  private Instant instant() {
    try {
      return Instant.ofEpochSecond(in.readSigned(), in.readVarint());
    } catch (DateTimeException | ArithmeticException e) {
      throw new GraphException("no time", e);
    }
  }

  /** Numbered before its content is read, which may refer to it. */
  private Object shared(Kind kind) {
    return switch (kind) {
      case OBJECT -> object();
      case MESSAGE -> message();
      case ARRAY_LIST -> fill(number(new ArrayList<>()));
      case ARRAY_DEQUE -> fill(number(new ArrayDeque<>()));
      case LINKED_SET -> fill(number(new LinkedHashSet<>()));
      case LINKED_MAP -> fill(number(new LinkedHashMap<>()));
      case TREE_SET -> sortedSet();
      case TREE_MAP -> sortedMap();
      case ENUM_SET -> enumSet();
      case ENUM_MAP -> enumMap();
      case BIT_SET -> number(BitSet.valueOf(in.readBytes()));
      default -> throw new IllegalStateException("not here: " + kind);
    };
  }

  private <T> T number(T value) {
    read.add(value);
    return value;
  }

  private Object object() {
    int number = read.size();
    read.add(Reserved.PLACE);
    Class<?> type = type();
    Shape shape = Shape.of(type);
    Object object = shape.newBlank();
    read.set(number, object);
    for (Field field : shape.fields()) {
      Shape.set(field, object, value());
    }
    return object;
  }

  /** Stands where an object will be, whose class has to be read first. */
  private enum Reserved {
    PLACE
  }

  private Object message() {
    int number = read.size();
    read.add(Reserved.PLACE);
    Class<?> type = type();
    if (!Message.class.isAssignableFrom(type)) {
      throw new GraphException(type.getName() + " is no protobuf message");
    }
    MessageLite sample = Internal.getDefaultInstance(type.asSubclass(MessageLite.class));
    try {
      Object message = sample.getParserForType().parsePartialFrom(in.readBytes());
      read.set(number, message);
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw new GraphException("no " + type.getSimpleName(), e);
    }
  }

  private Object record() {
    Class<?> type = type();
    if (!type.isRecord()) {
      throw new GraphException(type.getName() + " is no record");
    }
    Shape shape = Shape.of(type);
    Object[] values = new Object[shape.fields().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value();
    }
    return shape.newRecord(values);
  }

  private Object lambda() {
    Class<?> capturing = find(in.readString());
    int implKind = (int) in.readVarint();
    String[] texts = new String[Lambdas.TEXTS];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = in.readString();
    }
    Object[] captured = new Object[in.readCount()];
    for (int i = 0; i < captured.length; i++) {
      captured[i] = value();
    }
    return Lambdas.create(capturing, implKind, texts, captured);
  }

  private Object sortedSet() {
    int number = read.size();
    read.add(Reserved.PLACE);
    TreeSet<Object> set = new TreeSet<>(comparator());
    read.set(number, set);
    return fill(set);
  }

  private Object sortedMap() {
    int number = read.size();
    read.add(Reserved.PLACE);
    TreeMap<Object, Object> map = new TreeMap<>(comparator());
    read.set(number, map);
    return fill(map);
  }

  @SuppressWarnings("unchecked") // what is compared was compared by it before
  private @Nullable Comparator<Object> comparator() {
    Object comparator = value();
    if (comparator == null || comparator instanceof Comparator<?>) {
      return (Comparator<Object>) comparator;
    }
    throw new GraphException("no order, but a " + comparator.getClass().getName());
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the class is known at run time only
  private Object enumSet() {
    int number = read.size();
    read.add(Reserved.PLACE);
    EnumSet set = EnumSet.noneOf((Class) enumType());
    read.set(number, set);
    return fill((Collection<Object>) set);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the class is known at run time only
  private Object enumMap() {
    int number = read.size();
    read.add(Reserved.PLACE);
    EnumMap map = new EnumMap((Class) enumType());
    read.set(number, map);
    return fill((Map<Object, Object>) map);
  }

  private <C extends Collection<Object>> C fill(C collection) {
    int size = in.readCount();
    for (int i = 0; i < size; i++) {
      collection.add(value());
    }
    return collection;
  }

  private <M extends Map<Object, Object>> M fill(M map) {
    int size = in.readCount();
    for (int i = 0; i < size; i++) {
      Object key = required();
      map.put(key, value());
    }
    return map;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the class is known at run time only
  private Object constant() {
    Class<?> type = enumType();
    String name = in.readString();
    try {
      return Enum.valueOf((Class) type, name);
    } catch (IllegalArgumentException e) {
      throw new GraphException(type.getName() + " has no " + name, e);
    }
  }

  private Class<?> enumType() {
    Class<?> type = type();
    if (!type.isEnum()) {
      throw new GraphException(type.getName() + " is no enum");
    }
    return type;
  }

  private Class<?> type() {
    int number = (int) in.readVarint();
    if (number >= 0 && number < classes.size()) {
      return classes.get(number);
    }
    if (number != classes.size()) {
      throw new GraphException("a class that was not named");
    }
    Class<?> type = find(in.readString());
    classes.add(type);
    if (Kind.isOurs(type.getName()) && !type.isEnum() && !Message.class.isAssignableFrom(type)) {
      String there = in.readString();
      String here = String.join(",", Shape.of(type).names());
      if (!there.equals(here)) {
        throw new GraphException(
            "it was written by another program: "
                + type.getName()
                + " has the fields "
                + there
                + " there, and here "
                + here);
      }
    }
    return type;
  }

  private static Class<?> find(String name) {
    if (!Kind.isOurs(name) && !name.startsWith("com.google.protobuf.")) {
      throw new GraphException("a class that is not of this program: " + name);
    }
    try {
      return Class.forName(name, false, GraphReader.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new GraphException("this program has no class " + name, e);
    }
  }
}
