package io.meseta.common.resources;

import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Volume;
import io.meseta.common.ids.Ids;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What an operation makes of resources: {@code consumed} is taken away, {@code converted} comes in
 * its place. Amounts stay as they are; only what they are reserved for, and whether a volume is on
 * them, changes.
 *
 * <p>Pure, and the one place that knows this: the master, an agent and whoever checks them compute
 * the same. Reasons that depend on more than the resources themselves (roles, principals, what else
 * is on the agent) are not found here.
 */
public record Conversion(Resources consumed, Resources converted) {

  /**
   * The conversion that an operation of an ACCEPT asks for.
   *
   * @throws ResourceException when the resources do not fit the operation, or when it is none that
   *     converts resources; the message is meant for the framework
   */
  public static Conversion of(Operation operation) throws ResourceException {
    return switch (operation.getType()) {
      case RESERVE -> reserve(operation.getReserve());
      case UNRESERVE -> unreserve(operation.getUnreserve());
      case CREATE -> create(operation.getCreate().getVolumesList());
      case DESTROY -> destroy(operation.getDestroy().getVolumesList());
      case GROW_VOLUME -> grow(operation.getGrowVolume());
      case SHRINK_VOLUME -> shrink(operation.getShrinkVolume());
      case UNKNOWN, LAUNCH, LAUNCH_GROUP, CREATE_DISK, DESTROY_DISK ->
          throw new ResourceException(operation.getType() + " converts no resources here");
    };
  }

  /** Whether operations of this type convert resources. */
  public static boolean isDoneBy(Operation.Type type) {
    return switch (type) {
      case RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME, SHRINK_VOLUME -> true;
      case UNKNOWN, LAUNCH, LAUNCH_GROUP, CREATE_DISK, DESTROY_DISK -> false;
    };
  }

  /** What becomes of {@code resources}; nothing when not all that is consumed is among them. */
  public Optional<Resources> applyTo(Resources resources) {
    return resources.minus(consumed).map(rest -> rest.plus(converted));
  }

  // ---- what outlives the process that an agent is ----

  /** What an agent has to remember: dynamic reservations and persistent volumes. */
  public static Resources toRemember(Resources resources) {
    return resources.filter(key -> key.persistenceId().isPresent() || isDynamic(key));
  }

  /**
   * The resources of an agent that was configured with some and remembers what operations have made
   * of a part of them.
   *
   * @param remembered see {@link #toRemember}
   * @throws ResourceException when what is configured does not cover what is remembered
   */
  public static Resources restore(Resources configured, Resources remembered)
      throws ResourceException {
    var before = mapped(remembered, key -> withoutDynamic(withoutVolume(key)));
    var rest =
        configured
            .minus(before)
            .orElseThrow(() ->
                new ResourceException(
                    "the resources ["
                        + configured
                        + "] do not cover the reservations and volumes ["
                        + remembered
                        + "] that were made on them: ["
                        + before.without(configured)
                        + "] is missing"));
    return rest.plus(remembered);
  }

  // ---- reservations ----

  private static Conversion reserve(Operation.Reserve operation) throws ResourceException {
    var wanted = read(operation.getResourcesList());
    for (ResourceEntry entry : wanted.entries()) {
      requireDynamic(entry);
      require(
          entry.key().persistenceId().isEmpty(),
          entry + " is a persistent volume: reserve the disk first, then create the volume");
      requireRegular(entry);
    }
    if (operation.getSourceCount() == 0) {
      return new Conversion(mapped(wanted, Conversion::withoutInnermost), wanted);
    }
    var source = read(operation.getSourceList());
    require(
        mapped(source, Conversion::unreserved).equals(mapped(wanted, Conversion::unreserved)),
        "'source' and 'resources' differ in more than reservations: [" + source + "]");
    return new Conversion(source, wanted);
  }

  private static Conversion unreserve(Operation.Unreserve operation) throws ResourceException {
    var reserved = read(operation.getResourcesList());
    for (ResourceEntry entry : reserved.entries()) {
      requireDynamic(entry);
      require(
          entry.key().persistenceId().isEmpty(),
          entry + " is a persistent volume: destroy it first, then unreserve the disk");
    }
    return new Conversion(reserved, mapped(reserved, Conversion::withoutInnermost));
  }

  private static void requireDynamic(ResourceEntry entry) throws ResourceException {
    var chain = entry.key().reservations();
    require(
        !chain.isEmpty() && chain.get(chain.size() - 1).type() == Reservation.Type.DYNAMIC,
        entry + " is not dynamically reserved");
  }

  private static boolean isDynamic(ResourceKey key) {
    return key.reservations().stream().anyMatch(r -> r.type() == Reservation.Type.DYNAMIC);
  }

  private static ResourceKey withoutInnermost(ResourceKey key) {
    var chain = key.reservations();
    return plainIfPossible(key.withReservations(chain.subList(0, chain.size() - 1)));
  }

  private static ResourceKey withoutDynamic(ResourceKey key) {
    return plainIfPossible(
        key.withReservations(
            key.reservations().stream()
                .filter(reservation -> reservation.type() != Reservation.Type.DYNAMIC)
                .toList()));
  }

  private static ResourceKey unreserved(ResourceKey key) {
    return plainIfPossible(key.withReservations(List.of()));
  }

  // ---- volumes ----

  private static Conversion create(List<Resource> protos) throws ResourceException {
    var volumes = readVolumes(protos);
    for (ResourceEntry entry : volumes.entries()) {
      requireRegular(entry);
      require(!entry.key().isUnreserved(), entry + " is not reserved: reserve the disk first");
    }
    return new Conversion(mapped(volumes, Conversion::withoutVolume), volumes);
  }

  private static Conversion destroy(List<Resource> protos) throws ResourceException {
    var volumes = readVolumes(protos);
    return new Conversion(volumes, mapped(volumes, Conversion::withoutVolume));
  }

  private static Resources readVolumes(List<Resource> protos) throws ResourceException {
    for (Resource proto : protos) {
      requireVolume(proto);
    }
    var volumes = read(protos);
    for (ResourceEntry entry : volumes.entries()) {
      require(entry.copies() == 1, entry + " is named more than once");
    }
    return volumes;
  }

  private static void requireVolume(Resource proto) throws ResourceException {
    var disk = proto.getDisk();
    require(disk.hasPersistence(), "'" + proto.getName() + "' is not a persistent volume");
    var invalid = Ids.invalidReason("persistence id", disk.getPersistence().getId());
    if (invalid.isPresent()) {
      throw new ResourceException(invalid.get());
    }
    var name = "the persistent volume '" + disk.getPersistence().getId() + "'";
    require(disk.hasVolume(), "'disk.volume' is missing for " + name);
    var volume = disk.getVolume();
    require(
        !volume.hasHostPath() && !volume.hasSource(),
        name + " has a 'host_path' or a 'source': where it is kept is the agent's business");
    require(isWithinSandbox(volume), name + " needs a 'container_path' within the sandbox");
  }

  private static boolean isWithinSandbox(Volume volume) {
    var path = volume.getContainerPath();
    return !path.isEmpty()
        && !path.startsWith("/")
        && path.chars().noneMatch(Character::isISOControl)
        && Arrays.stream(path.split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  private static Conversion grow(Operation.GrowVolume operation) throws ResourceException {
    var volume = readResizable(operation.getVolume());
    var addition = readOne(operation.getAddition(), "addition");
    require(
        addition.key().compareTo(withoutVolume(volume.key())) == 0,
        addition
            + " cannot be added to "
            + volume
            + ": it is not of the same disk and reservation");
    return new Conversion(
        Resources.of(List.of(volume, addition)),
        Resources.of(volume.key(), volume.value().plus(addition.value())));
  }

  private static Conversion shrink(Operation.ShrinkVolume operation) throws ResourceException {
    var volume = readResizable(operation.getVolume());
    Scalar less;
    try {
      less = Scalar.ofDouble(operation.getSubtract().getValue());
    } catch (ResourceException e) {
      throw new ResourceException("'subtract' " + e.getMessage());
    }
    require(!less.isEmpty(), "'subtract' must be greater than zero");
    var rest =
        volume
            .value()
            .minus(less)
            .filter(value -> !value.isEmpty())
            .orElseThrow(() ->
                new ResourceException(
                    "'subtract' ("
                        + less
                        + ") must be less than the volume's size ("
                        + volume.value()
                        + ")"));
    return new Conversion(
        Resources.of(List.of(volume)),
        Resources.of(volume.key(), rest).plus(Resources.of(withoutVolume(volume.key()), less)));
  }

  private static ResourceEntry readResizable(Resource proto) throws ResourceException {
    requireVolume(proto);
    var volume = readOne(proto, "volume");
    require(!volume.key().shared(), volume + " is shared: its size cannot be changed");
    require(
        !withoutVolume(volume.key()).isWhole(),
        volume + " has a whole disk for itself: its size cannot be changed");
    return volume;
  }

  private static ResourceEntry readOne(Resource proto, String field) throws ResourceException {
    var resources = Resources.fromProto(List.of(proto));
    require(!resources.isEmpty(), "'" + field + "' must be greater than zero");
    return resources.entries().get(0);
  }

  private static ResourceKey withoutVolume(ResourceKey key) {
    var disk = key.disk();
    return disk == null || disk.persistenceId().isEmpty()
        ? key
        : plainIfPossible(key.withDisk(disk.withoutVolume().orElse(null)).withShared(false));
  }

  // ---- all of them ----

  private static Resources read(List<Resource> protos) throws ResourceException {
    var resources = Resources.fromProto(protos);
    require(!resources.isEmpty(), "The operation names no resources");
    return resources;
  }

  private static void requireRegular(ResourceEntry entry) throws ResourceException {
    require(!entry.key().revocable(), entry + " is revocable: it can be taken back at any time");
  }

  private static void require(boolean condition, String otherwise) throws ResourceException {
    if (!condition) {
      throw new ResourceException(otherwise);
    }
  }

  private static Resources mapped(Resources resources, UnaryOperator<ResourceKey> mapping) {
    var entries = new ArrayList<ResourceEntry>(resources.entries().size());
    for (ResourceEntry entry : resources.entries()) {
      var key = mapping.apply(entry.key());
      entries.add(new ResourceEntry(key, entry.value(), key.isWhole() ? entry.copies() : 1));
    }
    return Resources.of(entries);
  }

  /** Most resources share their keys, and are compared at a glance then. */
  private static ResourceKey plainIfPossible(ResourceKey key) {
    var plain = ResourceKey.of(key.name(), key.kind());
    return plain.equals(key) ? plain : key;
  }
}
