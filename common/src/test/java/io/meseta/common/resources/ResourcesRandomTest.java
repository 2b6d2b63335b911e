package io.meseta.common.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random resources against a naive model: a count for each thousandth, port and item. */
class ResourcesRandomTest {
  private static final int ROUNDS = 2_000;
  private static final List<String> ROLES = List.of("", "(web)", "(db/a)");

  private final Random random = new Random(20_240_823);

  private String text() {
    var parts = new ArrayList<String>();
    for (String role : ROLES) {
      for (String name : List.of("cpus", "mem", "gpus")) {
        if (random.nextInt(3) > 0) {
          parts.add(name + role + ":" + new Scalar(random.nextInt(4)));
        }
      }
      if (random.nextBoolean()) {
        var ranges = new ArrayList<String>();
        for (int i = random.nextInt(4); i >= 0; i--) {
          int begin = random.nextInt(12);
          ranges.add(begin + "-" + (begin + random.nextInt(4)));
        }
        parts.add("ports" + role + ":[" + String.join(",", ranges) + "]");
      }
      if (random.nextBoolean()) {
        parts.add("devices" + role + ":{" + "abcd".charAt(random.nextInt(4)) + ",c}");
      }
    }
    return String.join(";", parts);
  }

  /** How often each thousandth, port and item is there. */
  private static Map<String, Long> model(Resources resources) {
    var counts = new TreeMap<String, Long>();
    for (ResourceEntry entry : resources.entries()) {
      if (entry.value() instanceof Scalar scalar) {
        counts.put(entry.key().toString(), scalar.milli());
      } else if (entry.value() instanceof SetValue set) {
        set.items().forEach(item -> counts.put(entry.key() + item, 1L));
      } else if (entry.value() instanceof Ranges ranges) {
        for (var range : ranges.ranges()) {
          for (long port = range.begin(); port <= range.end(); port++) {
            counts.put(entry.key().toString() + port, 1L);
          }
        }
      }
    }
    return counts;
  }

  private static boolean isOnce(String what) {
    return what.startsWith("ports") || what.startsWith("devices");
  }

  private static Map<String, Long> modelPlus(Map<String, Long> a, Map<String, Long> b) {
    var sum = new TreeMap<>(a);
    b.forEach((what, count) -> sum.merge(what, count, (x, y) -> isOnce(what) ? 1L : x + y));
    return sum;
  }

  private static Map<String, Long> modelWithout(Map<String, Long> a, Map<String, Long> b) {
    var rest = new TreeMap<>(a);
    b.forEach((what, count) -> rest.computeIfPresent(what, (k, x) -> x > count ? x - count : null));
    return rest;
  }

  @Test
  void agreesWithTheModel() {
    for (int round = 0; round < ROUNDS; round++) {
      var a = Resources.of(text());
      var b = Resources.of(text());
      var modelA = model(a);
      var modelB = model(b);
      boolean contained =
          modelB.entrySet().stream()
              .allMatch(e -> modelA.getOrDefault(e.getKey(), 0L) >= e.getValue());
      boolean overlap =
          modelB.keySet().stream().anyMatch(what -> isOnce(what) && modelA.containsKey(what));
      var shown = "a=" + a + " b=" + b;
      assertThat(model(a.plus(b))).as(shown).isEqualTo(modelPlus(modelA, modelB));
      assertThat(model(a.without(b))).as(shown).isEqualTo(modelWithout(modelA, modelB));
      assertThat(a.contains(b)).as(shown).isEqualTo(contained);
      assertThat(a.minus(b).isPresent()).as(shown).isEqualTo(contained);
      assertThat(a.overlaps(b)).as(shown).isEqualTo(overlap).isEqualTo(b.overlaps(a));
      assertThat(a.equals(b)).as(shown).isEqualTo(modelA.equals(modelB));
    }
  }

  @Test
  void keepsTheLawsOfArithmetic() {
    for (int round = 0; round < ROUNDS; round++) {
      var a = Resources.of(text());
      var b = Resources.of(text());
      var c = Resources.of(text());
      var shown = "a=" + a + " b=" + b + " c=" + c;
      assertThat(a.plus(b).plus(c)).as(shown).isEqualTo(a.plus(b.plus(c)));
      assertThat(a.plus(b)).as(shown).isEqualTo(b.plus(a)).hasSameHashCodeAs(b.plus(a));
      assertThat(a.plus(b).contains(a)).as(shown).isTrue();
      assertThat(a.without(b).overlaps(b)).as(shown).isFalse();
      if (a.overlaps(b)) {
        assertThat(a.contains(a.plus(b).minusOrThrow(b))).as(shown).isTrue();
      } else {
        assertThat(a.plus(b).minusOrThrow(b)).as(shown).isEqualTo(a);
      }
      a.minus(b).ifPresent(rest -> assertThat(rest.plus(b)).as(shown).isEqualTo(a));
    }
  }

  @Test
  void readsWhatItHasWritten() throws ResourceException {
    for (int round = 0; round < ROUNDS; round++) {
      var a = Resources.of(text());
      assertThat(Resources.parse(a.toString())).isEqualTo(a).hasToString(a.toString());
      for (var format : ReservationFormat.values()) {
        assertThat(Resources.fromProto(a.toProto(Optional.of("web"), format))).isEqualTo(a);
      }
    }
  }
}
