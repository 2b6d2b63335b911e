package io.meseta.common.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.common.resources.Reservation.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Operations on resources: random ones keep what must be kept, wrong ones say why. */
class ConversionTest {
  private static final int ROUNDS = 1_000;
  private static final Reservation WEB =
      Reservation.ofDynamic("web", "ops", List.of(new Label("for", "tests")));

  private final Random random = new Random(20_250_301);

  // ---- what every operation keeps ----

  @Test
  void unreserveUndoesReserve() throws ResourceException {
    for (int round = 0; round < ROUNDS; round++) {
      var total = someResources();
      var wanted = reserved(part(total), WEB);
      if (wanted.isEmpty()) {
        continue;
      }
      var after = applied(reserve(wanted), total);
      assertSameAmounts(after, total);
      assertThat(after.contains(wanted)).isTrue();
      assertThat(applied(unreserve(wanted), after)).as("%s of %s", wanted, total).isEqualTo(total);
    }
  }

  @Test
  void refinedReservationsAreTakenOffOneByOne() throws ResourceException {
    var inner = Reservation.ofDynamic("web/api", null, List.of());
    for (int round = 0; round < ROUNDS; round++) {
      var total = someResources();
      var outer = reserved(part(total), WEB);
      if (outer.isEmpty()) {
        continue;
      }
      var once = applied(reserve(outer), total);
      var twice = applied(reserve(reserved(outer, inner)), once);
      assertSameAmounts(twice, total);
      assertThat(applied(unreserve(reserved(outer, inner)), twice)).isEqualTo(once);
    }
  }

  @Test
  void destroyUndoesCreate() throws ResourceException {
    for (int round = 0; round < ROUNDS; round++) {
      long size = 1L + random.nextInt(5_000);
      var total = reserved(disk(size + (long) random.nextInt(1_000)), WEB).plus(someResources());
      var volume = volume(size, random.nextBoolean());
      var after = applied(create(volume), total);
      assertSameAmounts(after, total);
      assertThat(applied(destroy(volume), after)).isEqualTo(total);
    }
  }

  @Test
  void shrinkUndoesGrowToTheThousandth() throws ResourceException {
    for (int round = 0; round < ROUNDS; round++) {
      long size = 1L + random.nextInt(5_000);
      long more = 1L + random.nextInt(5_000);
      var total = volume(size, false).plus(reserved(disk(more + (long) random.nextInt(2)), WEB));
      var grown = applied(grow(volume(size, false), reserved(disk(more), WEB)), total);
      assertSameAmounts(grown, total);
      assertThat(grown.contains(volume(size + more, false))).isTrue();
      assertThat(applied(shrink(volume(size + more, false), more), grown)).isEqualTo(total);
    }
  }

  @Test
  void whatIsRememberedRestoresTheTotal() throws ResourceException {
    for (int round = 0; round < ROUNDS; round++) {
      long size = 1L + random.nextInt(50);
      var configured = someResources().plus(disk(size));
      var wanted = reserved(part(configured), WEB).plus(reserved(disk(size), WEB));
      var reservation = new Conversion(unreservedOf(wanted), wanted).applyTo(configured);
      if (reservation.isEmpty()) {
        continue;
      }
      var total = applied(create(volume(size, false)), reservation.get());
      var remembered = Conversion.toRemember(total);
      assertThat(Conversion.restore(configured, remembered)).isEqualTo(total);
      assertThat(configured.contains(Conversion.toRemember(configured))).isTrue();
    }
  }

  @Test
  void aSmallerAgentThanItsReservationsIsAnError() {
    var remembered = reserved(Resources.of("mem:10"), WEB);

    assertThatThrownBy(() -> Conversion.restore(Resources.of("cpus:1;mem:9.999"), remembered))
        .isInstanceOf(ResourceException.class)
        .hasMessageContaining("[mem:0.001] is missing");
  }

  @Test
  void appliesToNothingWhenNotAllIsThere() throws ResourceException {
    var conversion = Conversion.of(reserve(reserved(Resources.of("cpus:2"), WEB)));

    assertThat(conversion.applyTo(Resources.of("cpus:1.999"))).isEmpty();
  }

  @Test
  void reserveFromAnotherReservation() throws ResourceException {
    var other = Reservation.ofDynamic("db", null, List.of());
    var operation =
        Operation.newBuilder()
            .setType(Operation.Type.RESERVE)
            .setReserve(
                Operation.Reserve.newBuilder()
                    .addAllSource(protos(reserved(Resources.of("cpus:2"), other)))
                    .addAllResources(protos(reserved(Resources.of("cpus:2"), WEB))))
            .build();
    var total = reserved(Resources.of("cpus:3"), other);

    assertThat(applied(operation, total))
        .isEqualTo(
            reserved(Resources.of("cpus:1"), other).plus(reserved(Resources.of("cpus:2"), WEB)));
  }

  // ---- what is refused ----

  @Test
  void reservationsThatCannotBe() {
    refused(reserve(Resources.of("cpus:1")), "cpus:1 is not dynamically reserved");
    refused(reserve(Resources.of("cpus(web):1")), "not dynamically reserved");
    refused(reserve(volume(1_000, false)), "reserve the disk first");
    refused(reserve(revocable(reserved(Resources.of("cpus:1"), WEB))), "is revocable");
    refused(reserve(Resources.EMPTY), "names no resources");
    refused(unreserve(Resources.of("cpus(web):1")), "not dynamically reserved");
    refused(unreserve(volume(1_000, false)), "destroy it first");
  }

  @Test
  void reservationsOfMoreThanTheSource() {
    var operation =
        Operation.newBuilder()
            .setType(Operation.Type.RESERVE)
            .setReserve(
                Operation.Reserve.newBuilder()
                    .addAllSource(protos(Resources.of("cpus:1")))
                    .addAllResources(protos(reserved(Resources.of("cpus:2"), WEB))))
            .build();

    refused(operation, "'source' and 'resources' differ");
  }

  @Test
  void volumesThatCannotBe() {
    refused(create(reserved(disk(1_000), WEB)), "'disk' is not a persistent volume");
    refused(create(unreservedOf(volume(1_000, false))), "reserve the disk first");
    refused(create(changed(v -> v.clearContainerPath().setContainerPath("/data"))), "sandbox");
    refused(create(changed(v -> v.setContainerPath("a/../../b"))), "sandbox");
    refused(create(changed(v -> v.setHostPath("/etc"))), "the agent's business");
    refused(create(volume(1_000, false).plus(volume(1_000, false))), "more than once");
    refused(destroy(reserved(disk(1_000), WEB)), "not a persistent volume");
  }

  @Test
  void persistenceIdsNameADirectory() {
    var volume = protos(volume(1_000, false)).get(0).toBuilder();
    volume.getDiskBuilder().getPersistenceBuilder().setId("../../etc");

    refused(create(List.of(volume.build())), "contains a '/'");
  }

  @Test
  void sizesThatCannotBe() {
    var volume = volume(1_000, false);
    refused(shrink(volume, 1_000), "must be less than the volume's size (1)");
    refused(shrink(volume, 0), "must be greater than zero");
    refused(grow(volume, disk(5)), "not of the same disk and reservation");
    refused(grow(volume(1_000, true), reserved(disk(5), WEB)), "is shared");
    refused(grow(onWholeDisk(), reserved(disk(5), WEB)), "a whole disk for itself");
  }

  @Test
  void otherOperationsConvertNothing() {
    refused(Operation.newBuilder().setType(Operation.Type.LAUNCH).build(), "LAUNCH");
  }

  // ---- made by hand ----

  private static void refused(Operation operation, String reason) {
    assertThatThrownBy(() -> Conversion.of(operation))
        .isInstanceOf(ResourceException.class)
        .hasMessageContaining(reason);
  }

  private static Resources applied(Operation operation, Resources total) throws ResourceException {
    return Conversion.of(operation).applyTo(total).orElseThrow();
  }

  private static void assertSameAmounts(Resources after, Resources before) {
    assertThat(after.quantities()).isEqualTo(before.quantities());
    assertThat(after.ports()).isEqualTo(before.ports());
    assertThat(after.get("devices")).isEqualTo(before.get("devices"));
  }

  private Resources someResources() {
    return Resources.of(
        "cpus:%d;mem:%d;mem(db):%d;ports:[%d-%d];devices:{a,b,c}"
            .formatted(
                1 + random.nextInt(8),
                1 + random.nextInt(4),
                1 + random.nextInt(4),
                random.nextInt(10),
                10 + random.nextInt(10)));
  }

  /** Some of the unreserved. */
  private Resources part(Resources total) {
    var some = new ArrayList<ResourceEntry>();
    for (ResourceEntry entry : total.unreserved().named("cpus").entries()) {
      some.add(new ResourceEntry(entry.key(), new Scalar(1 + random.nextInt(1_000)), 1));
    }
    if (random.nextBoolean()) {
      int port = 10 + random.nextInt(3);
      total.unreserved().ports().ranges().stream()
          .filter(range -> range.end() >= port)
          .forEach(range -> some.addAll(Resources.of("ports:[10-" + port + "]").entries()));
    }
    if (random.nextBoolean()) {
      some.addAll(Resources.of("devices:{b}").entries());
    }
    return Resources.of(some);
  }

  private static Resources disk(long milli) {
    return Resources.of(ResourceKey.of("disk", ResourceValue.Kind.SCALAR), new Scalar(milli));
  }

  private static Resources reserved(Resources resources, Reservation reservation) {
    return Resources.of(
        resources.entries().stream()
            .map(entry -> {
              var chain = new ArrayList<>(entry.key().reservations());
              chain.add(reservation);
              return new ResourceEntry(
                  entry.key().withReservations(chain), entry.value(), entry.copies());
            })
            .toList());
  }

  private static Resources unreservedOf(Resources resources) {
    return Resources.of(
        resources.entries().stream()
            .map(entry ->
                new ResourceEntry(
                    entry.key().withReservations(List.of()), entry.value(), entry.copies()))
            .toList());
  }

  private static Resources revocable(Resources resources) {
    return Resources.of(
        resources.entries().stream()
            .map(entry -> new ResourceEntry(entry.key().withRevocable(true), entry.value(), 1))
            .toList());
  }

  private static Resources volume(long milli, boolean shared) {
    return read(volumeProto(milli, shared).build());
  }

  private static Resource.Builder volumeProto(long milli, boolean shared) {
    var proto = protos(reserved(disk(milli), WEB)).get(0).toBuilder();
    proto
        .getDiskBuilder()
        .setPersistence(Resource.DiskInfo.Persistence.newBuilder().setId("data"))
        .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW));
    if (shared) {
      proto.setShared(Resource.SharedInfo.getDefaultInstance());
    }
    return proto;
  }

  private static List<Resource> changed(Consumer<Volume.Builder> change) {
    var proto = volumeProto(1_000, false);
    change.accept(proto.getDiskBuilder().getVolumeBuilder());
    return List.of(proto.build());
  }

  private static Resources onWholeDisk() {
    var proto = volumeProto(1_000, false);
    proto
        .getDiskBuilder()
        .getSourceBuilder()
        .setType(Resource.DiskInfo.Source.Type.MOUNT)
        .getMountBuilder()
        .setRoot("/mnt/a");
    return read(proto.build());
  }

  private static Resources read(Resource proto) {
    try {
      return Resources.fromProto(List.of(proto));
    } catch (ResourceException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<Resource> protos(Resources resources) {
    return resources.toProto(ReservationFormat.REFINED);
  }

  private static Operation reserve(Resources wanted) {
    return Operation.newBuilder()
        .setType(Operation.Type.RESERVE)
        .setReserve(Operation.Reserve.newBuilder().addAllResources(protos(wanted)))
        .build();
  }

  private static Operation unreserve(Resources reserved) {
    return Operation.newBuilder()
        .setType(Operation.Type.UNRESERVE)
        .setUnreserve(Operation.Unreserve.newBuilder().addAllResources(protos(reserved)))
        .build();
  }

  private static Operation create(Resources volumes) {
    return create(protos(volumes));
  }

  private static Operation create(List<Resource> volumes) {
    return Operation.newBuilder()
        .setType(Operation.Type.CREATE)
        .setCreate(Operation.Create.newBuilder().addAllVolumes(volumes))
        .build();
  }

  private static Operation destroy(Resources volumes) {
    return Operation.newBuilder()
        .setType(Operation.Type.DESTROY)
        .setDestroy(Operation.Destroy.newBuilder().addAllVolumes(protos(volumes)))
        .build();
  }

  private static Operation grow(Resources volume, Resources addition) {
    return Operation.newBuilder()
        .setType(Operation.Type.GROW_VOLUME)
        .setGrowVolume(
            Operation.GrowVolume.newBuilder()
                .setVolume(protos(volume).get(0))
                .setAddition(protos(addition).get(0)))
        .build();
  }

  private static Operation shrink(Resources volume, long lessMilli) {
    return Operation.newBuilder()
        .setType(Operation.Type.SHRINK_VOLUME)
        .setShrinkVolume(
            Operation.ShrinkVolume.newBuilder()
                .setVolume(protos(volume).get(0))
                .setSubtract(Value.Scalar.newBuilder().setValue(lessMilli / 1000.0)))
        .build();
  }
}
