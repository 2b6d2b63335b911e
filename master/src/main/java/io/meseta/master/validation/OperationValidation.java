package io.meseta.master.validation;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.common.ids.Ids;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.Reservation;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Judges RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME and SHRINK_VOLUME with the rules of
 * Mesos: beside what {@link Conversion} finds in the resources themselves, whose they are.
 *
 * <p>Without an ACL a framework may unreserve and destroy what another principal has made, as in
 * Mesos: it cannot be offered what is reserved for a role that is not its own.
 */
public final class OperationValidation {
  private OperationValidation() {}

  /**
   * Judges one operation.
   *
   * @param remaining what the operations and tasks before this one have left of the offers
   */
  public static OperationVerdict judge(
      Operation operation, OperationFacts facts, Resources remaining) {
    Conversion conversion;
    try {
      conversion = Conversion.of(operation);
    } catch (ResourceException e) {
      return new OperationVerdict.Refuse("Its resources are not valid: " + e.getMessage());
    }
    return Reasons.first(
            () -> invalidId(operation, facts),
            () -> ResourceRules.otherRole(named(operation), facts.role()),
            () -> tooNew(conversion, facts.framework()),
            () -> invalidOfItsKind(operation, conversion, facts),
            () -> notEnough(conversion, remaining))
        .<OperationVerdict>map(OperationVerdict.Refuse::new)
        .orElseGet(() -> new OperationVerdict.Apply(conversion));
  }

  /**
   * Judges what an operator orders, who speaks for no framework and no role. Whether what it needs
   * is there and free is the caller's to see.
   *
   * @param agentTotal all that the agent has
   */
  public static OperationVerdict judgeForOperator(Operation operation, Resources agentTotal) {
    try {
      Conversion conversion = Conversion.of(operation);
      Optional<String> invalid =
          operation.getType() == Operation.Type.CREATE
              ? Reasons.first(
                  () -> wrongDisk(operation), () -> idTaken(conversion.converted(), agentTotal))
              : Optional.empty();
      return invalid
          .<OperationVerdict>map(OperationVerdict.Refuse::new)
          .orElseGet(() -> new OperationVerdict.Apply(conversion));
    } catch (ResourceException e) {
      return new OperationVerdict.Refuse("Its resources are not valid: " + e.getMessage());
    }
  }

  private static Optional<String> invalidId(Operation operation, OperationFacts facts) {
    if (!operation.hasId()) {
      return Optional.empty();
    }
    var id = operation.getId().getValue();
    return Reasons.first(
        () -> Ids.invalidReason("operation id", id),
        () ->
            Reasons.when(
                facts.isKnown(id),
                "Operation id '" + id + "' belongs to an operation that is not acknowledged"));
  }

  private static List<Resource> named(Operation operation) {
    return switch (operation.getType()) {
      case RESERVE -> {
        var both = new ArrayList<>(operation.getReserve().getResourcesList());
        both.addAll(operation.getReserve().getSourceList());
        yield both;
      }
      case UNRESERVE -> operation.getUnreserve().getResourcesList();
      case CREATE -> operation.getCreate().getVolumesList();
      case DESTROY -> operation.getDestroy().getVolumesList();
      case GROW_VOLUME ->
          List.of(operation.getGrowVolume().getVolume(), operation.getGrowVolume().getAddition());
      case SHRINK_VOLUME -> List.of(operation.getShrinkVolume().getVolume());
      case UNKNOWN, LAUNCH, LAUNCH_GROUP, CREATE_DISK, DESTROY_DISK ->
          throw new IllegalArgumentException(operation.getType() + " converts no resources");
    };
  }

  /** What a framework could not be told of, it cannot want. */
  private static Optional<String> tooNew(Conversion conversion, FrameworkInfo framework) {
    return Reasons.first(
        () ->
            Reasons.when(
                !can(framework, FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT)
                    && conversion.converted().entries().stream()
                        .anyMatch(entry -> entry.key().isRefined()),
                "A reservation within another needs the capability RESERVATION_REFINEMENT"),
        () ->
            Reasons.when(
                !can(framework, FrameworkInfo.Capability.Type.SHARED_RESOURCES)
                    && conversion.converted().entries().stream()
                        .anyMatch(entry -> entry.key().shared()),
                "A shared volume needs the capability SHARED_RESOURCES"));
  }

  private static boolean can(FrameworkInfo framework, FrameworkInfo.Capability.Type capability) {
    return framework.getCapabilitiesList().stream().anyMatch(c -> c.getType() == capability);
  }

  private static Optional<String> invalidOfItsKind(
      Operation operation, Conversion conversion, OperationFacts facts) {
    return switch (operation.getType()) {
      case RESERVE -> invalidReserve(conversion.converted(), facts);
      case CREATE -> invalidCreate(operation, conversion.converted(), facts);
      case DESTROY -> inUse(conversion.consumed(), facts);
      case UNRESERVE, GROW_VOLUME, SHRINK_VOLUME -> Optional.empty();
      case UNKNOWN, LAUNCH, LAUNCH_GROUP, CREATE_DISK, DESTROY_DISK ->
          throw new IllegalArgumentException(operation.getType() + " converts no resources");
    };
  }

  private static Optional<String> invalidReserve(Resources wanted, OperationFacts facts) {
    return Reasons.firstOf(
        wanted.entries(),
        entry -> {
          var role = entry.key().reservationRole().orElse("");
          return Reasons.first(
              () ->
                  Reasons.when(
                      !role.equals(facts.role()),
                      "A reserve operation was attempted for a resource with role '"
                          + role
                          + "', but the resource was allocated to role '"
                          + facts.role()
                          + "'"),
              () -> otherPrincipal(innermost(entry.key()), facts.framework()));
        });
  }

  private static Reservation innermost(ResourceKey key) {
    return key.reservations().get(key.reservations().size() - 1);
  }

  /** Who does not say who it is may write anything, as in Mesos. */
  private static Optional<String> otherPrincipal(Reservation reservation, FrameworkInfo framework) {
    if (!framework.hasPrincipal()) {
      return Optional.empty();
    }
    var principal = reservation.principal();
    if (principal == null) {
      return Optional.of(
          "A reserve operation was attempted by principal '"
              + framework.getPrincipal()
              + "', but there is a reserved resource in the request with no principal set");
    }
    return Reasons.when(
        !principal.equals(framework.getPrincipal()),
        "A reserve operation was attempted by principal '"
            + framework.getPrincipal()
            + "', which does not match a reserved resource in the request with principal '"
            + principal
            + "'");
  }

  private static Optional<String> invalidCreate(
      Operation operation, Resources volumes, OperationFacts facts) {
    return Reasons.first(
        () -> wrongDisk(operation),
        () -> idTaken(volumes, facts.agentTotal()),
        () ->
            Reasons.firstOf(
                operation.getCreate().getVolumesList(),
                volume -> otherCreator(volume.getDisk().getPersistence(), facts.framework())));
  }

  /** Agents keep volumes in directories that they can move away and delete. */
  private static Optional<String> wrongDisk(Operation operation) {
    return Reasons.firstOf(
        operation.getCreate().getVolumesList(),
        volume ->
            Reasons.when(
                volume.getDisk().hasSource()
                    && volume.getDisk().getSource().getType() != Resource.DiskInfo.Source.Type.PATH,
                "Agents make volumes on their own disk and on PATH disks only, not on "
                    + volume.getDisk().getSource().getType()));
  }

  private static Optional<String> idTaken(Resources volumes, Resources total) {
    var taken = new TreeSet<String>();
    for (ResourceEntry entry : total.entries()) {
      entry.key().persistenceId().ifPresent(id -> taken.add(roleAndId(entry.key(), id)));
    }
    for (ResourceEntry entry : volumes.entries()) {
      var id = entry.key().persistenceId().orElseThrow();
      if (!taken.add(roleAndId(entry.key(), id))) {
        return Optional.of(
            "The persistence id '"
                + id
                + "' is taken: role '"
                + entry.key().reservationRole().orElse("")
                + "' has a volume of this id on the agent");
      }
    }
    return Optional.empty();
  }

  /** Neither of them contains a line break. */
  private static String roleAndId(ResourceKey key, String id) {
    return key.reservationRole().orElse("") + "\n" + id;
  }

  private static Optional<String> otherCreator(
      Resource.DiskInfo.Persistence persistence, FrameworkInfo framework) {
    return Reasons.when(
        framework.hasPrincipal() && !persistence.getPrincipal().equals(framework.getPrincipal()),
        "A create operation was attempted by principal '"
            + framework.getPrincipal()
            + "', but the volume '"
            + persistence.getId()
            + "' has "
            + (persistence.hasPrincipal()
                ? "the principal '" + persistence.getPrincipal() + "'"
                : "no principal")
            + " set in 'disk.persistence'");
  }

  /** Only a shared volume can be offered while it is in use. */
  private static Optional<String> inUse(Resources volumes, OperationFacts facts) {
    return Reasons.firstOf(
        volumes.entries(),
        volume ->
            Reasons.when(
                facts.inUse().contains(Resources.of(List.of(volume))),
                "The persistent volume "
                    + volume
                    + " is in use: it can be destroyed when its tasks have ended"));
  }

  private static Optional<String> notEnough(Conversion conversion, Resources remaining) {
    return Reasons.when(
        !remaining.contains(conversion.consumed()),
        "The operation needs ["
            + conversion.consumed()
            + "], but only ["
            + remaining
            + "] is left of the accepted offers: ["
            + conversion.consumed().without(remaining)
            + "] is missing");
  }
}
