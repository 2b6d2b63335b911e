package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Volume;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.Reservation;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.scheduler.Operations;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes operations out of offers: reserves, makes volumes, changes their size, gives all of it
 * back; now and then what no master should do.
 */
final class Storekeeper {
  private static final int MOST = 4;

  /** Few, so that names are used again. */
  private static final int VOLUMES = 3;

  private final FrameworkOwner owner;
  private final StoragePlan plan;
  private final Draw draw;
  private final double mistakes;
  private final FrameworkHost host;

  /** What an operation has made is offered again at once: without a pause, it would do no else. */
  private long nextNs;

  Storekeeper(FrameworkOwner owner, FrameworkHost host, Draw draw, double mistakes) {
    this.owner = owner;
    this.host = host;
    this.plan = owner.plan().storage();
    this.draw = draw;
    this.mistakes = Math.min(0.2, 0.03 * mistakes);
  }

  /** What is to be done with an offer, and what it is then. */
  final class Plan {
    private final String role;
    private final List<Offer.Operation> operations = new ArrayList<>();
    private Resources left;

    Plan(Offer offer) {
      this.role = offer.getAllocationInfo().getRole();
      this.left = resources(offer);
    }

    List<Offer.Operation> operations() {
      return operations;
    }

    /** What tasks may use. */
    Resources left() {
      return left;
    }

    private List<Resource> proto(Resources resources) {
      return resources.toProto(Optional.of(role), plan.format());
    }

    private Resources volumes() {
      return left.reserved(role).filter(key -> key.persistenceId().isPresent());
    }

    private Resources reserved() {
      return left.reserved(role).filter(key -> key.persistenceId().isEmpty());
    }

    private void add(Offer.Operation operation) {
      Conversion conversion;
      try {
        conversion = Conversion.of(operation);
      } catch (ResourceException e) {
        throw new Violation("an operation that should be valid: " + operation, e);
      }
      left = conversion.applyTo(left).orElseThrow(() -> new Violation("no room: " + operation));
      operations.add(named(operation));
    }

    void giveBackAll() {
      if (!volumes().isEmpty()) {
        add(Operations.destroy(proto(volumes())));
      }
      if (!reserved().isEmpty()) {
        add(Operations.unreserve(proto(reserved())));
      }
    }

    void somethingElse() {
      if (draw.chance(mistakes)) {
        operations.add(named(mistake()));
        return;
      }
      switch (draw.between(0, 9)) {
        case 0, 1, 2 -> reserve();
        case 3 -> unreserve();
        case 4, 5 -> create();
        case 6 -> anyVolume().ifPresent(v -> add(Operations.destroy(proto(of(v)))));
        case 7 -> anyVolume().ifPresent(this::grow);
        case 8 -> anyVolume().ifPresent(this::shrink);
        default -> {
          // All over again, also with the name of a volume that has just gone.
          anyVolume().ifPresent(v -> add(Operations.destroy(proto(of(v)))));
          create();
        }
      }
    }

    private void reserve() {
      Resources wanted =
          Resources.of(
              "cpus:0."
                  + draw.between(1, 5)
                  + ";mem:"
                  + 32 * draw.between(1, 4)
                  + ";disk:"
                  + 10 * draw.between(1, 30));
      if (!left.contains(wanted)) {
        return;
      }
      List<ResourceEntry> entries = new ArrayList<>();
      Reservation own = Reservation.ofDynamic(role, null, List.of());
      for (ResourceEntry entry : wanted.entries()) {
        entries.add(
            new ResourceEntry(entry.key().withReservations(List.of(own)), entry.value(), 1));
      }
      add(Operations.reserve(proto(Resources.of(entries))));
    }

    private void unreserve() {
      Resources own = reserved();
      if (own.isEmpty()) {
        return;
      }
      ResourceEntry entry = draw.pick(own.entries());
      add(Operations.unreserve(proto(draw.chance(0.5) ? of(entry) : part(entry))));
    }

    private Optional<ResourceEntry> anyVolume() {
      Resources volumes = volumes();
      return volumes.isEmpty() ? Optional.empty() : Optional.of(draw.pick(volumes.entries()));
    }

    private Optional<ResourceEntry> reservedDisk() {
      return reserved().entries().stream().filter(e -> e.key().name().equals("disk")).findFirst();
    }

    private void create() {
      Optional<ResourceEntry> disk = reservedDisk();
      String id = "volume-" + draw.between(1, VOLUMES);
      if (disk.isEmpty() || isHere(id)) {
        return;
      }
      Resource.Builder volume = proto(part(disk.get())).get(0).toBuilder();
      volume.getDiskBuilder().getPersistenceBuilder().setId(id);
      volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
      add(Operations.create(List.of(volume.build())));
    }

    /** One of the same name that is in use is not offered: then the master refuses. */
    private boolean isHere(String id) {
      return volumes().entries().stream()
          .anyMatch(entry -> entry.key().persistenceId().equals(Optional.of(id)));
    }

    private void grow(ResourceEntry volume) {
      reservedDisk()
          .ifPresent(
              disk -> add(Operations.grow(proto(of(volume)).get(0), proto(part(disk)).get(0))));
    }

    private void shrink(ResourceEntry volume) {
      long mib = ((Scalar) volume.value()).milli() / 1000;
      if (mib > 1) {
        add(Operations.shrink(proto(of(volume)).get(0), draw.between(1, (int) mib - 1)));
      }
    }

    private Offer.Operation mistake() {
      Resources nowhere = Resources.of("cpus(" + role + "):1000");
      Resource.Builder plain = proto(Resources.of("disk:10")).get(0).toBuilder();
      return switch (draw.between(0, 2)) {
        case 0 -> Operations.unreserve(proto(nowhere));
        case 1 -> Operations.create(List.of(plain.build()));
        default -> Operations.reserve(proto(Resources.of("cpus(no-such-role):1")));
      };
    }
  }

  private static Resources of(ResourceEntry entry) {
    return Resources.of(List.of(entry));
  }

  /** A part of something that can be divided, in whole units, or all of it when that is little. */
  private Resources part(ResourceEntry entry) {
    if (!(entry.value() instanceof Scalar scalar) || scalar.milli() < 2000) {
      return of(entry);
    }
    long units = draw.between(1, scalar.milli() / 1000);
    return Resources.of(entry.key(), new Scalar(1000 * units));
  }

  private static Resources resources(Offer offer) {
    try {
      return Resources.fromProto(offer.getResourcesList());
    } catch (ResourceException e) {
      throw new Violation("an offer with resources that cannot be read", e);
    }
  }

  private Offer.Operation named(Offer.Operation operation) {
    return draw.chance(plan.withIds())
        ? Operations.withId(operation, owner.newOperationId())
        : operation;
  }

  /**
   * What to do with an offer before tasks are launched on it.
   *
   * @param givesBack everything that was ever reserved, instead of reserving more
   */
  Plan plan(Offer offer, boolean givesBack) {
    Plan made = new Plan(offer);
    if (made.role.equals("*") || made.role.isEmpty()) {
      return made;
    }
    if (givesBack) {
      made.giveBackAll();
    } else if (!plan.pause().isZero() && host.world.agenda().now() >= nextNs) {
      nextNs = host.world.agenda().now() + draw.exponential(plan.pause());
      int number = draw.between(1, MOST);
      for (int i = 0; i < number; i++) {
        made.somethingElse();
      }
    }
    return made;
  }
}
