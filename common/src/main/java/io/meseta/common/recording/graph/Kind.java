package io.meseta.common.recording.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What can be written down, and how it is told in the bytes: by its place in this list. */
enum Kind {
  NULL,
  REFERENCE,
  STRING,
  INTEGER,
  LONG,
  BOOLEAN,
  DOUBLE,
  BYTES,
  INSTANT,
  DURATION,
  OPTIONAL,
  OPTIONAL_INT,
  OPTIONAL_LONG,
  ENUM,
  BYTE_STRING,
  MESSAGE,
  RECORD,
  OBJECT,
  LAMBDA,
  NATURAL_ORDER,
  ARRAY_LIST,
  ARRAY_DEQUE,
  TREE_SET,
  LINKED_SET,
  ENUM_SET,
  TREE_MAP,
  LINKED_MAP,
  ENUM_MAP,
  /** A list that nobody can change, of whatever class. */
  FIXED_LIST,
  FIXED_SET,
  FIXED_SORTED_SET,
  FIXED_MAP,
  FIXED_SORTED_MAP,
  BIT_SET,
  INT_ARRAY,
  LONG_ARRAY;

  private static final Kind[] ALL = values();

  private static final Map<Class<?>, Kind> EXACT =
      Map.ofEntries(
          Map.entry(String.class, STRING),
          Map.entry(Integer.class, INTEGER),
          Map.entry(Long.class, LONG),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(Double.class, DOUBLE),
          Map.entry(byte[].class, BYTES),
          Map.entry(Instant.class, INSTANT),
          Map.entry(Duration.class, DURATION),
          Map.entry(Optional.class, OPTIONAL),
          Map.entry(OptionalInt.class, OPTIONAL_INT),
          Map.entry(OptionalLong.class, OPTIONAL_LONG),
          Map.entry(ArrayList.class, ARRAY_LIST),
          Map.entry(ArrayDeque.class, ARRAY_DEQUE),
          Map.entry(TreeSet.class, TREE_SET),
          Map.entry(LinkedHashSet.class, LINKED_SET),
          Map.entry(TreeMap.class, TREE_MAP),
          Map.entry(LinkedHashMap.class, LINKED_MAP),
          Map.entry(EnumMap.class, ENUM_MAP),
          Map.entry(BitSet.class, BIT_SET),
          Map.entry(int[].class, INT_ARRAY),
          Map.entry(long[].class, LONG_ARRAY));

  private static final ClassValue<Kind> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
          return find(type);
        }
      };

  /**
   * The kind of the objects of this class.
   *
   * @throws GraphException if they cannot be written down
   */
  static Kind of(Class<?> type) {
    return BY_CLASS.get(type);
  }

  static Kind of(int number) {
    if (number >= ALL.length) {
      throw new GraphException("what stands here is of no known kind: " + number);
    }
    return ALL[number];
  }

  private static Kind find(Class<?> type) {
    Kind exact = EXACT.get(type);
    if (exact != null) {
      return exact;
    }
    if (Enum.class.isAssignableFrom(type)) {
      return type.getName().equals("java.util.Comparators$NaturalOrderComparator")
          ? NATURAL_ORDER
          : ENUM;
    }
    if (ByteString.class.isAssignableFrom(type)) {
      return BYTE_STRING;
    }
    if (Message.class.isAssignableFrom(type)) {
      return MESSAGE;
    }
    if (EnumSet.class.isAssignableFrom(type)) {
      return ENUM_SET;
    }
    return isOurs(type.getName()) ? findOurs(type) : findFixed(type);
  }

  private static Kind findOurs(Class<?> type) {
    if (type.isHidden()) {
      if (Serializable.class.isAssignableFrom(type)) {
        return LAMBDA;
      }
      throw new GraphException(
          "a lambda of an interface that is not Recordable: " + type.getInterfaces()[0].getName());
    }
    if (type.isArray() || type.isPrimitive()) {
      throw unknown(type);
    }
    return type.isRecord() ? RECORD : OBJECT;
  }

  private static Kind findFixed(Class<?> type) {
    String name = type.getName();
    boolean fixed =
        name.startsWith("java.util.ImmutableCollections$")
            || name.startsWith("java.util.Collections$Unmodifiable")
            || name.equals("java.util.Arrays$ArrayList")
            || name.startsWith("java.util.Collections$Empty")
            || name.startsWith("java.util.Collections$Singleton")
            || name.startsWith("com.google.protobuf.");
    if (fixed && List.class.isAssignableFrom(type)) {
      return FIXED_LIST;
    }
    if (fixed && SortedSet.class.isAssignableFrom(type)) {
      return FIXED_SORTED_SET;
    }
    if (fixed && Set.class.isAssignableFrom(type)) {
      return FIXED_SET;
    }
    if (fixed && SortedMap.class.isAssignableFrom(type)) {
      return FIXED_SORTED_MAP;
    }
    if (fixed && Map.class.isAssignableFrom(type)) {
      return FIXED_MAP;
    }
    throw unknown(type);
  }

  private static GraphException unknown(Class<?> type) {
    return new GraphException("nobody knows how to write down a " + type.getTypeName());
  }

  /** Classes of this program: the only ones, besides protobuf's, that reading creates. */
  static boolean isOurs(String className) {
    return className.startsWith("io.meseta.");
  }
}
