package io.meseta.common.recording.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskState;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.Recordable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GraphTest {

  private record Pair(@Nullable Object first, Object second) {}

  private static class Parent {
    final int inherited = Integer.parseInt("7");
  }

  private static final class Node extends Parent {
    private final String name;
    private @Nullable Node next;
    private @Nullable Adder adder;
    private transient int cache = 5;

    Node(String name) {
      this.name = name;
    }
  }

  @FunctionalInterface
  private interface Adder extends Recordable {
    int add(int more);
  }

  private static byte[] write(@Nullable Object value) {
    ByteSink sink = new ByteSink(1);
    GraphWriter.to(sink).write(value);
    return sink.toByteArray();
  }

  private static @Nullable Object read(byte[] bytes) {
    ByteSource source = new ByteSource(bytes);
    Object value = new GraphReader(source).read();
    assertThat(source.isAtEnd()).isTrue();
    return value;
  }

  private static @Nullable Object again(@Nullable Object value) {
    return read(write(value));
  }

  private static Object same(Object value) {
    return Objects.requireNonNull(again(value));
  }

  @Test
  void valuesAreTheSameAgain() {
    List<Object> values =
        List.of(
            "text",
            "ünï",
            "\u4e2d\u6587",
            "half \ud800 surrogate",
            "",
            0,
            -1,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            true,
            false,
            -0.0,
            Double.NaN,
            Instant.MAX,
            Instant.parse("2026-01-01T00:00:00.000000001Z"),
            Duration.ofNanos(-1),
            Duration.ZERO,
            Optional.empty(),
            Optional.of("x"),
            OptionalInt.of(3),
            OptionalInt.empty(),
            OptionalLong.of(-3),
            OptionalLong.empty(),
            TaskState.TASK_LOST,
            ByteString.copyFromUtf8("bytes"),
            TaskID.newBuilder().setValue("t").build(),
            new Pair(null, new Pair("a", 1)),
            Resources.of("cpus:1;mem:10;ports:[1-5]"));
    for (Object value : values) {
      assertThat(again(value)).isEqualTo(value);
    }
    assertThat(again(null)).isNull();
  }

  @Test
  void collectionsKeepTheirClassTheirOrderAndTheirContent() {
    Map<String, Integer> linked = new LinkedHashMap<>();
    linked.put("z", 1);
    linked.put("a", 2);
    EnumMap<TaskState, Integer> byState = new EnumMap<>(TaskState.class);
    byState.put(TaskState.TASK_LOST, 1);
    List<Object> collections =
        List.of(
            new ArrayList<>(List.of(1, 2)),
            new LinkedHashSet<>(List.of("z", "a")),
            BitSet.valueOf(new long[] {5, 1L << 63}),
            new TreeSet<>(List.of("z", "a")),
            new TreeMap<>(linked),
            linked,
            byState,
            new EnumMap<>(TaskState.class),
            EnumSet.of(TaskState.TASK_GONE),
            EnumSet.noneOf(TaskState.class));
    for (Object collection : collections) {
      Object copy = again(collection);
      assertThat(copy).isEqualTo(collection).hasSameClassAs(collection);
      assertThat(copy).hasToString(collection.toString());
    }
    assertThat(again(new ArrayDeque<>(List.of(1, 2))))
        .isInstanceOf(ArrayDeque.class)
        .hasToString("[1, 2]");
    assertThat(again(new TreeSet<>(Comparator.<String>naturalOrder()))).isEqualTo(new TreeSet<>());
  }

  @Test
  void whatNobodyCouldChangeNobodyCanChangeAgain() {
    for (Object fixed :
        List.of(
            List.of(),
            List.of(1),
            List.of(1, 2, 3),
            Collections.unmodifiableList(List.of(1)),
            Arrays.asList(1, 2))) {
      assertThat(again(fixed)).isEqualTo(fixed);
      assertThatThrownBy(() -> ((List<?>) same(fixed)).clear())
          .isInstanceOf(UnsupportedOperationException.class);
    }
    assertThat(again(Map.of("a", 1))).isEqualTo(Map.of("a", 1));
    assertThat(again(Collections.unmodifiableSortedSet(new TreeSet<>(List.of(2, 1)))))
        .isEqualTo(new TreeSet<>(List.of(1, 2)));
    assertThat(again(Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(1, 2)))))
        .isEqualTo(Map.of(1, 2));
  }

  @Test
  void objectsThatReferToEachOtherDoSoAgain() {
    Node first = new Node("first");
    first.next = new Node("second");
    first.next.next = first;
    first.cache = 99;

    Pair copy = (Pair) same(new Pair(first, first));

    Node node = (Node) copy.second();
    assertThat(node).isNotSameAs(first).isSameAs(copy.first());
    assertThat(node.name).isEqualTo("first");
    assertThat(node.inherited).isEqualTo(7);
    assertThat(Objects.requireNonNull(node.next).next).isSameAs(node);
    assertThat(node.cache).as("transient").isZero();
  }

  @Test
  void aLambdaComesBackWithWhatItCaptured() {
    Node node = new Node("counted");
    node.adder = more -> node.name.length() + more;

    Node copy = (Node) same(node);

    assertThat(Objects.requireNonNull(copy.adder).add(10)).isEqualTo(17);
  }

  @Test
  void whatCannotBeWrittenIsRefusedByNameAndPlace() {
    Supplier<String> lambda = () -> "not recordable";
    assertThatThrownBy(() -> write(new Pair(1, lambda)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("Pair.second")
        .hasMessageContaining("not Recordable");
    assertThatThrownBy(() -> write(new PriorityQueue<>()))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("java.util.PriorityQueue");
    List<Object> cycle = new ArrayList<>();
    Pair pair = new Pair(null, Collections.unmodifiableList(cycle));
    cycle.add(pair);
    assertThatThrownBy(() -> write(pair))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("contain each other");
  }

  @Test
  void aClassFromElsewhereIsNotCreated() {
    byte[] bytes = write(new Pair(1, 2));
    byte[] name = Pair.class.getName().getBytes(StandardCharsets.ISO_8859_1);
    byte[] other = new byte[name.length];
    Arrays.fill(other, (byte) 'x');
    System.arraycopy("java.io.File".getBytes(StandardCharsets.ISO_8859_1), 0, other, 0, 12);
    byte[] forged =
        new String(bytes, StandardCharsets.ISO_8859_1)
            .replace(
                new String(name, StandardCharsets.ISO_8859_1),
                new String(other, StandardCharsets.ISO_8859_1))
            .getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> read(forged))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("not of this program");
  }

  @Test
  void aClassWithOtherFieldsIsRefused() {
    byte[] bytes =
        new String(write(new Pair(1, 2)), StandardCharsets.ISO_8859_1)
            .replace("Pair.first", "Pair.fürst")
            .getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("written by another program")
        .hasMessageContaining("Pair.fürst");
  }

  @Test
  void damagedBytesAreRefusedAndNothingElse() {
    byte[] bytes = write(new Pair(new Node("n"), new ArrayList<>(List.of("a", 1, 2L))));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(GraphException.class);
    }
  }

  @Test
  void equalDataGivesEqualBytesWhetherSharedOrNot() {
    TaskID one = TaskID.newBuilder().setValue("t").build();
    TaskID equal = TaskID.newBuilder().setValue("t").build();

    assertThat(comparable(new Pair(one, one))).isEqualTo(comparable(new Pair(one, equal)));
    assertThat(write(new Pair(one, one))).isNotEqualTo(write(new Pair(one, equal)));
  }

  private static byte[] comparable(Object value) {
    ByteSink sink = new ByteSink(1);
    GraphWriter.comparable(sink).write(value);
    return sink.toByteArray();
  }
}
