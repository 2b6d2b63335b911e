package io.meseta.common.resources;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that keeps two resources from being added up.
 *
 * @param reservations from the outermost to the innermost; empty when unreserved
 * @param disk only for the resource {@code disk}, when it is more than space on the agent's own
 * @param revocable may be taken back at any time
 * @param shared a volume that several tasks may use at once
 * @param providerId the resource provider that it comes from, if not the agent itself
 */
public record ResourceKey(
    String name,
    ResourceValue.Kind kind,
    List<Reservation> reservations,
    @Nullable Disk disk,
    boolean revocable,
    boolean shared,
    @Nullable String providerId)
    implements Comparable<ResourceKey> {

  public ResourceKey {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(kind, "kind");
    reservations = List.copyOf(reservations);
  }

  /** Unreserved, and nothing special about it. */
  public static ResourceKey of(String name, ResourceValue.Kind kind) {
    return new ResourceKey(name, kind, List.of(), null, false, false, null);
  }

  public ResourceKey withReservations(List<Reservation> others) {
    return new ResourceKey(name, kind, others, disk, revocable, shared, providerId);
  }

  public ResourceKey withDisk(@Nullable Disk other) {
    return new ResourceKey(name, kind, reservations, other, revocable, shared, providerId);
  }

  public ResourceKey withRevocable(boolean value) {
    return new ResourceKey(name, kind, reservations, disk, value, shared, providerId);
  }

  public ResourceKey withShared(boolean value) {
    return new ResourceKey(name, kind, reservations, disk, revocable, value, providerId);
  }

  public boolean isUnreserved() {
    return reservations.isEmpty();
  }

  /** The role that it is reserved for: that of the innermost reservation. */
  public Optional<String> reservationRole() {
    return isUnreserved()
        ? Optional.empty()
        : Optional.of(reservations.get(reservations.size() - 1).role());
  }

  /** Whether there is a reservation within another: unknown to older frameworks. */
  public boolean isRefined() {
    return reservations.size() > 1;
  }

  /** A persistent volume's id. */
  public Optional<String> persistenceId() {
    return disk == null ? Optional.empty() : disk.persistenceId();
  }

  /** Unreserved, or reserved for {@code role} or for a role above it. */
  public boolean isAllocatableTo(String role) {
    var reservedFor = reservationRole();
    return reservedFor.isEmpty()
        || reservedFor.get().equals(role)
        || Roles.isStrictlyBelow(role, reservedFor.get());
  }

  /** Given whole or not at all; such entries are counted, not added up. */
  boolean isWhole() {
    return shared || (disk != null && disk.isWhole());
  }

  @Override
  public int compareTo(ResourceKey other) {
    // Parts of one agent's resources share their keys.
    if (this == other) {
      return 0;
    }
    int order = name.compareTo(other.name);
    if (order == 0) {
      order = kind.compareTo(other.kind);
    }
    if (order == 0) {
      order = compareReservations(other.reservations);
    }
    if (order == 0) {
      order = Boolean.compare(revocable, other.revocable);
    }
    if (order == 0) {
      order = Boolean.compare(shared, other.shared);
    }
    if (order == 0) {
      order = compareNullable(disk, other.disk);
    }
    return order != 0 ? order : compareNullable(providerId, other.providerId);
  }

  private int compareReservations(List<Reservation> others) {
    for (int i = 0; i < reservations.size() && i < others.size(); i++) {
      int order = reservations.get(i).compareTo(others.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(reservations.size(), others.size());
  }

  private static <T extends Comparable<T>> int compareNullable(
      @Nullable T left, @Nullable T right) {
    if (left == null || right == null) {
      return Boolean.compare(left != null, right != null);
    }
    return left.compareTo(right);
  }

  /**
   * The name, and in brackets what else there is: {@code cpus(web)}, {@code disk(db)[volume-1]}.
   */
  @Override
  public String toString() {
    var text = new StringBuilder(name);
    if (reservations.size() == 1 && reservations.get(0).type() == Reservation.Type.STATIC) {
      text.append('(').append(reservations.get(0).role()).append(')');
    } else if (!reservations.isEmpty()) {
      text.append("(reservations: ").append(reservations).append(')');
    }
    text.append(disk == null ? "" : disk);
    text.append(revocable ? "{REV}" : "");
    text.append(shared ? "<SHARED>" : "");
    return text.append(providerId == null ? "" : "<provider: " + providerId + ">").toString();
  }
}
