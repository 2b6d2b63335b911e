package io.meseta.common.resources;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Resource.ReservationInfo;
import io.meseta.api.v1.ResourceProviderID;
import io.meseta.api.v1.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Resources as messages: all the rules that a message has to keep, and both formats. */
final class ResourceProtos {
  /** What would make the text form ambiguous, or a line of a log. */
  private static final String FORBIDDEN_IN_NAMES = ":;()[]{}<>,";

  private ResourceProtos() {}

  static Resources read(Collection<Resource> protos) throws ResourceException {
    var kinds = new TreeMap<String, ResourceValue.Kind>();
    var entries = new ArrayList<ResourceEntry>(protos.size());
    for (Resource proto : protos) {
      checkName(proto.getName());
      var value = named(proto, () -> readValue(proto));
      var before = kinds.putIfAbsent(proto.getName(), value.kind());
      if (before != null && before != value.kind()) {
        throw new ResourceException(
            "'" + proto.getName() + "' is given both as " + before + " and as " + value.kind());
      }
      var key = named(proto, () -> readKey(proto, value.kind()));
      ResourceEntry.ofNonEmpty(key, value).ifPresent(entries::add);
    }
    return countable(entries);
  }

  /**
   * Bounds the sum of each name, not only the single amounts: then no arithmetic with a few
   * messages' resources can overflow, whatever the senders wrote.
   */
  private static Resources countable(List<ResourceEntry> entries) throws ResourceException {
    try {
      var resources = Resources.of(entries);
      for (var sum : resources.quantities().asMap().entrySet()) {
        require(
            sum.getValue() <= Scalar.MAX_MILLI,
            "The sum of '" + sum.getKey() + "' is too large to be counted");
      }
      return resources;
    } catch (ArithmeticException e) {
      throw new ResourceException("The sum of the resources is too large to be counted");
    }
  }

  private interface Reader<T> {
    T read() throws ResourceException;
  }

  /** Says in the message which resource is meant. */
  private static <T> T named(Resource proto, Reader<T> reader) throws ResourceException {
    try {
      return reader.read();
    } catch (ResourceException e) {
      throw new ResourceException("Resource '" + proto.getName() + "' " + e.getMessage());
    }
  }

  private static void checkName(String name) throws ResourceException {
    if (name.isEmpty()) {
      throw new ResourceException("A resource has an empty name");
    }
    boolean clean =
        name.chars()
            .noneMatch(c ->
                FORBIDDEN_IN_NAMES.indexOf(c) >= 0
                    || Character.isWhitespace(c)
                    || Character.isISOControl(c));
    if (!clean) {
      throw new ResourceException(
          "A resource's name contains white space, a control character or one of "
              + FORBIDDEN_IN_NAMES);
    }
  }

  private static ResourceValue readValue(Resource proto) throws ResourceException {
    return switch (proto.getType()) {
      case SCALAR -> {
        require(proto.hasScalar(), "has the type SCALAR but no 'scalar'");
        require(!proto.hasRanges() && !proto.hasSet(), "has values of more than one type");
        yield Scalar.ofDouble(proto.getScalar().getValue());
      }
      case RANGES -> {
        require(proto.hasRanges(), "has the type RANGES but no 'ranges'");
        require(!proto.hasScalar() && !proto.hasSet(), "has values of more than one type");
        yield readRanges(proto.getRanges());
      }
      case SET -> {
        require(proto.hasSet(), "has the type SET but no 'set'");
        require(!proto.hasScalar() && !proto.hasRanges(), "has values of more than one type");
        yield SetValue.of(proto.getSet().getItemList());
      }
      case TEXT -> throw new ResourceException("has the type TEXT, which has no amount");
    };
  }

  private static Ranges readRanges(Value.Ranges proto) throws ResourceException {
    var ranges = new ArrayList<Ranges.Range>(proto.getRangeCount());
    for (var range : proto.getRangeList()) {
      // Negative: above 2^63 in the message's unsigned numbers.
      var text =
          Long.toUnsignedString(range.getBegin()) + "-" + Long.toUnsignedString(range.getEnd());
      require(
          range.getBegin() >= 0 && range.getEnd() >= 0 && range.getEnd() < Long.MAX_VALUE,
          "has a range that is too large: " + text);
      require(
          range.getBegin() <= range.getEnd(), "has a range that ends before it begins: " + text);
      ranges.add(new Ranges.Range(range.getBegin(), range.getEnd()));
    }
    return Ranges.of(ranges);
  }

  private static ResourceKey readKey(Resource proto, ResourceValue.Kind kind)
      throws ResourceException {
    Disk disk = proto.hasDisk() ? Disk.of(proto.getDisk()).orElse(null) : null;
    require(
        disk == null || proto.getName().equals("disk"), "has 'disk' information but is not disk");
    require(
        !proto.hasShared() || (disk != null && disk.persistenceId().isPresent()),
        "is shared but not a persistent volume");
    var reservations = readReservations(proto);
    if (reservations.isEmpty() && disk == null && !proto.hasRevocable() && !proto.hasProviderId()) {
      return ResourceKey.of(proto.getName(), kind);
    }
    return new ResourceKey(
        proto.getName(),
        kind,
        reservations,
        disk,
        proto.hasRevocable(),
        proto.hasShared(),
        proto.hasProviderId() ? proto.getProviderId().getValue() : null);
  }

  private static List<Reservation> readReservations(Resource proto) throws ResourceException {
    return proto.getReservationsCount() > 0 ? readRefined(proto) : readLegacy(proto);
  }

  @SuppressWarnings("deprecation") // Older frameworks still write the deprecated fields.
  private static List<Reservation> readRefined(Resource proto) throws ResourceException {
    var chain = new ArrayList<Reservation>(proto.getReservationsCount());
    for (ReservationInfo info : proto.getReservationsList()) {
      require(
          info.getType() != ReservationInfo.Type.UNKNOWN,
          "has a reservation whose type is neither STATIC nor DYNAMIC");
      var type =
          info.getType() == ReservationInfo.Type.STATIC
              ? Reservation.Type.STATIC
              : Reservation.Type.DYNAMIC;
      checkReservationRole(info.getRole());
      if (!chain.isEmpty()) {
        var outer = chain.get(chain.size() - 1).role();
        require(
            type == Reservation.Type.DYNAMIC,
            "has a static reservation within another reservation");
        require(
            Roles.isStrictlyBelow(info.getRole(), outer),
            "has a reservation for '"
                + info.getRole()
                + "' within one for '"
                + outer
                + "', which is not above it");
      }
      chain.add(Reservation.of(type, info.getRole(), info));
    }
    var innermost = chain.get(chain.size() - 1).role();
    require(
        !proto.hasRole()
            || proto.getRole().equals(Roles.DEFAULT)
            || proto.getRole().equals(innermost),
        "has 'reservations' and another 'role': set only one of them");
    return chain;
  }

  @SuppressWarnings("deprecation") // Older frameworks still write the deprecated fields.
  private static List<Reservation> readLegacy(Resource proto) throws ResourceException {
    var role = proto.getRole();
    if (role.equals(Roles.DEFAULT)) {
      require(
          !proto.hasReservation(), "has a 'reservation' for the role '*', which cannot have any");
      return List.of();
    }
    checkReservationRole(role);
    if (!proto.hasReservation()) {
      return List.of(Reservation.ofStatic(role));
    }
    var info = proto.getReservation();
    require(
        !info.hasRole() || info.getRole().equals(role),
        "has a 'reservation' for another role than its 'role'");
    return List.of(Reservation.of(Reservation.Type.DYNAMIC, role, info));
  }

  private static void checkReservationRole(String role) throws ResourceException {
    require(!role.equals(Roles.DEFAULT), "is reserved for '*', which cannot have reservations");
    var reason = Roles.invalidReason(role);
    if (reason.isPresent()) {
      throw new ResourceException("is reserved for a role that cannot be: " + reason.get());
    }
  }

  private static void require(boolean condition, String otherwise) throws ResourceException {
    if (!condition) {
      throw new ResourceException(otherwise);
    }
  }

  static List<Resource> write(
      Resources resources, Optional<String> allocationRole, ReservationFormat format) {
    var protos = new ArrayList<Resource>(resources.entries().size());
    for (ResourceEntry entry : resources.entries()) {
      var proto = Resource.newBuilder().setName(entry.key().name());
      writeValue(entry.value(), proto);
      writeKey(entry.key(), proto, format);
      allocationRole.ifPresent(role -> proto.getAllocationInfoBuilder().setRole(role));
      var built = proto.build();
      for (int copy = 0; copy < entry.copies(); copy++) {
        protos.add(built);
      }
    }
    return protos;
  }

  private static void writeValue(ResourceValue value, Resource.Builder proto) {
    if (value instanceof Scalar scalar) {
      proto.setType(Value.Type.SCALAR).getScalarBuilder().setValue(scalar.toDouble());
    } else if (value instanceof Ranges ranges) {
      proto.setType(Value.Type.RANGES);
      for (var range : ranges.ranges()) {
        proto.getRangesBuilder().addRangeBuilder().setBegin(range.begin()).setEnd(range.end());
      }
    } else if (value instanceof SetValue set) {
      proto.setType(Value.Type.SET).getSetBuilder().addAllItem(set.items());
    }
  }

  private static void writeKey(ResourceKey key, Resource.Builder proto, ReservationFormat format) {
    if (format == ReservationFormat.REFINED) {
      key.reservations().forEach(reservation -> proto.addReservations(reservation.toProto()));
    } else {
      writeLegacy(key, proto);
    }
    if (key.disk() != null) {
      proto.setDisk(key.disk().toProto());
    }
    if (key.revocable()) {
      proto.setRevocable(Resource.RevocableInfo.getDefaultInstance());
    }
    if (key.shared()) {
      proto.setShared(Resource.SharedInfo.getDefaultInstance());
    }
    if (key.providerId() != null) {
      proto.setProviderId(ResourceProviderID.newBuilder().setValue(key.providerId()));
    }
  }

  @SuppressWarnings("deprecation") // Older frameworks still read the deprecated fields.
  private static void writeLegacy(ResourceKey key, Resource.Builder proto) {
    if (key.isRefined()) {
      throw new IllegalArgumentException(key + " cannot be written in the older format");
    }
    proto.setRole(key.reservationRole().orElse(Roles.DEFAULT));
    for (Reservation reservation : key.reservations()) {
      if (reservation.type() == Reservation.Type.DYNAMIC) {
        proto.setReservation(reservation.toLegacyProto());
      }
    }
  }
}
