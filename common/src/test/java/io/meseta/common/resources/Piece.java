package io.meseta.common.resources;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Resource.ReservationInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * One resource as somebody might send it, which knows both the message and what a naive model makes
 * of it: how often each thousandth, each port, each item and each volume is there.
 *
 * @param slot what the model keeps apart
 * @param units how often each is there
 */
record Piece(Resource message, String slot, Map<String, Long> units) {

  /** Reservations from the outermost to the innermost, as {@code S:role} or {@code D:role}. */
  private static final List<List<String>> RESERVATIONS =
      List.of(
          List.of(),
          List.of("S:web"),
          List.of("D:web"),
          List.of("D:db"),
          List.of("S:web", "D:web/api"),
          List.of("D:web", "D:web/api"));

  private static final List<List<String>> IN_TEXT = RESERVATIONS.subList(0, 2);

  /** A counter of the model that is 1 or nothing, whatever is added. */
  static boolean isOnce(String unit) {
    return unit.startsWith("ports") || unit.startsWith("devices");
  }

  /** Something that only one can have at a time. */
  static boolean isExclusive(String unit) {
    return isOnce(unit) || (unit.startsWith("disk") && !unit.contains("shared"));
  }

  static Map<String, Long> model(Collection<Piece> pieces) {
    Map<String, Long> sum = new TreeMap<>();
    pieces.forEach(piece -> addTo(sum, piece.units));
    return sum;
  }

  static Map<String, Long> plus(Map<String, Long> a, Map<String, Long> b) {
    Map<String, Long> sum = new TreeMap<>(a);
    addTo(sum, b);
    return sum;
  }

  private static void addTo(Map<String, Long> sum, Map<String, Long> units) {
    units.forEach((unit, count) -> {
      if (count > 0) {
        sum.merge(unit, count, (x, y) -> isOnce(unit) ? 1L : x + y);
      }
    });
  }

  static Map<String, Long> without(Map<String, Long> a, Map<String, Long> b) {
    Map<String, Long> rest = new TreeMap<>(a);
    b.forEach((unit, count) ->
        rest.computeIfPresent(unit, (key, have) -> have > count ? have - count : null));
    return rest;
  }

  // ---- drawing ----

  static Arbitrary<Piece> any() {
    return Arbitraries.oneOf(
        scalar(RESERVATIONS), ranges(RESERVATIONS), set(RESERVATIONS), revocable(), volume());
  }

  /** Such as the text form can say. */
  static Arbitrary<Piece> inText() {
    return Arbitraries.oneOf(scalar(IN_TEXT), ranges(IN_TEXT), set(IN_TEXT));
  }

  private static Arbitrary<Piece> scalar(List<List<String>> reservations) {
    return Combinators.combine(
            Arbitraries.of("cpus", "mem", "gpus"),
            Arbitraries.of(reservations),
            Arbitraries.oneOf(
                Arbitraries.longs().between(0, 4), Arbitraries.longs().between(0, 1L << 40)))
        .as((name, reserved, milli) -> {
          Resource.Builder message = message(name, Value.Type.SCALAR, reserved);
          message.getScalarBuilder().setValue(milli / 1000.0);
          String slot = name + reserved;
          return new Piece(message.build(), slot, Map.of(slot, milli));
        });
  }

  private static Arbitrary<Piece> revocable() {
    return Combinators.combine(Arbitraries.of("cpus", "mem"), Arbitraries.longs().between(0, 4))
        .as((name, milli) -> {
          Resource.Builder message = message(name, Value.Type.SCALAR, List.of());
          message.getScalarBuilder().setValue(milli / 1000.0);
          message.setRevocable(Resource.RevocableInfo.getDefaultInstance());
          String slot = name + "revocable";
          return new Piece(message.build(), slot, Map.of(slot, milli));
        });
  }

  private static Arbitrary<Piece> ranges(List<List<String>> reservations) {
    Arbitrary<long[]> range =
        Combinators.combine(Arbitraries.longs().between(0, 14), Arbitraries.longs().between(0, 3))
            .as((begin, more) -> new long[] {begin, begin + more});
    return Combinators.combine(Arbitraries.of(reservations), range.list().ofMinSize(0).ofMaxSize(4))
        .as((reserved, all) -> {
          Resource.Builder message = message("ports", Value.Type.RANGES, reserved);
          message.getRangesBuilder();
          String slot = "ports" + reserved;
          Map<String, Long> units = new TreeMap<>();
          for (long[] each : all) {
            message.getRangesBuilder().addRangeBuilder().setBegin(each[0]).setEnd(each[1]);
            for (long port = each[0]; port <= each[1]; port++) {
              units.put(slot + port, 1L);
            }
          }
          return new Piece(message.build(), slot, units);
        });
  }

  private static Arbitrary<Piece> set(List<List<String>> reservations) {
    return Combinators.combine(
            Arbitraries.of(reservations),
            Arbitraries.of("a", "b", "c", "d").set().ofMinSize(0).ofMaxSize(4))
        .as((reserved, items) -> {
          Resource.Builder message = message("devices", Value.Type.SET, reserved);
          message.getSetBuilder().addAllItem(new ArrayList<>(items));
          String slot = "devices" + reserved;
          Map<String, Long> units = new TreeMap<>();
          items.forEach(item -> units.put(slot + item, 1L));
          return new Piece(message.build(), slot, units);
        });
  }

  /** Whole or not at all, and another one where its size is another. */
  private static Arbitrary<Piece> volume() {
    return Combinators.combine(
            Arbitraries.of("v1", "v2"),
            Arbitraries.of(RESERVATIONS.subList(1, RESERVATIONS.size())),
            Arbitraries.longs().between(1, 2),
            Arbitraries.of(true, false))
        .as((id, reserved, size, shared) -> {
          Resource.Builder message = message("disk", Value.Type.SCALAR, reserved);
          message.getScalarBuilder().setValue(size);
          message.getDiskBuilder().getPersistenceBuilder().setId(id);
          message
              .getDiskBuilder()
              .getVolumeBuilder()
              .setContainerPath("data")
              .setMode(Volume.Mode.RW);
          if (shared) {
            message.setShared(Resource.SharedInfo.getDefaultInstance());
          }
          String slot = "disk" + reserved + id + (shared ? "shared" : "") + "of" + size;
          return new Piece(message.build(), slot, Map.of(slot, 1L));
        });
  }

  private static Resource.Builder message(String name, Value.Type type, List<String> reserved) {
    Resource.Builder message = Resource.newBuilder().setName(name).setType(type);
    for (String reservation : reserved) {
      boolean dynamic = reservation.startsWith("D:");
      ReservationInfo.Builder info =
          message
              .addReservationsBuilder()
              .setType(dynamic ? ReservationInfo.Type.DYNAMIC : ReservationInfo.Type.STATIC)
              .setRole(reservation.substring(2));
      if (dynamic) {
        info.setPrincipal("me").getLabelsBuilder().addLabelsBuilder().setKey("k").setValue("v");
      }
    }
    return message;
  }
}
