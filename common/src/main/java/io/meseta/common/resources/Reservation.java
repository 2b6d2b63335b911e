package io.meseta.common.resources;

import io.meseta.api.v1.Resource.ReservationInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps resources for one role. Two reservations are the same when all of this is the same; the
 * order of labels does not count.
 *
 * @param type static when an agent was started with it, dynamic when made while it runs
 * @param principal who reserved, if that was told
 */
public record Reservation(Type type, String role, @Nullable String principal, List<Label> labels)
    implements Comparable<Reservation> {

  /** How a reservation came to be. */
  public enum Type {
    STATIC,
    DYNAMIC
  }

  /** A key and perhaps a value. */
  public record Label(String key, @Nullable String value) implements Comparable<Label> {
    private static final Comparator<Label> ORDER =
        Comparator.comparing(Label::key)
            .thenComparing(Label::value, Comparator.nullsFirst(Comparator.naturalOrder()));

    @Override
    public int compareTo(Label other) {
      return ORDER.compare(this, other);
    }
  }

  private static final Comparator<Reservation> ORDER =
      Comparator.comparing(Reservation::role)
          .thenComparing(Reservation::type)
          .thenComparing(Reservation::principal, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(reservation -> reservation.labels.toString());

  public Reservation {
    Objects.requireNonNull(role, "role");
    var sorted = new ArrayList<>(labels);
    sorted.sort(null);
    labels = List.copyOf(sorted);
  }

  public static Reservation ofStatic(String role) {
    return new Reservation(Type.STATIC, role, null, List.of());
  }

  public static Reservation ofDynamic(
      String role, @Nullable String principal, Collection<Label> labels) {
    return new Reservation(Type.DYNAMIC, role, principal, List.copyOf(labels));
  }

  static Reservation of(Type type, String role, ReservationInfo proto) {
    var labels = new ArrayList<Label>();
    for (var label : proto.getLabels().getLabelsList()) {
      labels.add(new Label(label.getKey(), label.hasValue() ? label.getValue() : null));
    }
    return new Reservation(type, role, proto.hasPrincipal() ? proto.getPrincipal() : null, labels);
  }

  /** Principal and labels only: what the older format has beside the role. */
  ReservationInfo.Builder toLegacyProto() {
    var proto = ReservationInfo.newBuilder();
    if (principal != null) {
      proto.setPrincipal(principal);
    }
    for (Label label : labels) {
      var builder = proto.getLabelsBuilder().addLabelsBuilder().setKey(label.key());
      if (label.value() != null) {
        builder.setValue(label.value());
      }
    }
    return proto;
  }

  ReservationInfo toProto() {
    return toLegacyProto()
        .setType(type == Type.STATIC ? ReservationInfo.Type.STATIC : ReservationInfo.Type.DYNAMIC)
        .setRole(role)
        .build();
  }

  @Override
  public int compareTo(Reservation other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "("
        + type
        + ","
        + role
        + (principal == null ? "" : "," + principal)
        + (labels.isEmpty() ? "" : "," + labels)
        + ")";
  }
}
