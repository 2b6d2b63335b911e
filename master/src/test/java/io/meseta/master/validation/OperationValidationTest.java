package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Resource.ReservationInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationValidationTest {
  private static final FrameworkInfo PLAIN =
      FrameworkInfo.newBuilder().setUser("u").setName("f").addRoles("web").build();
  private static final FrameworkInfo NAMED = PLAIN.toBuilder().setPrincipal("ops").build();
  private static final Resources OFFERED = Resources.of("cpus:4;mem:1024;disk:100");

  private record Facts(FrameworkInfo framework, String role, Resources agentTotal, Resources inUse)
      implements OperationFacts {
    @Override
    public boolean isKnown(String operationId) {
      return operationId.equals("known");
    }
  }

  private static Facts facts(FrameworkInfo framework) {
    return new Facts(framework, "web", OFFERED, Resources.EMPTY);
  }

  // ---- reserve ----

  @Test
  void reservesForTheRoleOfTheOffer() {
    var verdict = judge(reserve(cpus(1, dynamic("web"))), facts(PLAIN), OFFERED);

    var conversion = ((OperationVerdict.Apply) verdict).conversion();
    assertThat(conversion.consumed()).isEqualTo(Resources.of("cpus:1"));
    assertThat(conversion.converted()).isEqualTo(read(cpus(1, dynamic("web"))));
  }

  @Test
  @SuppressWarnings("deprecation") // Older frameworks still write the deprecated fields.
  void theOlderFormatIsUnderstood() {
    var older = cpus(1).toBuilder().setRole("web");
    older.setReservation(ReservationInfo.newBuilder().setPrincipal("ops"));

    assertThat(judge(reserve(older.build()), facts(NAMED), OFFERED))
        .isInstanceOf(OperationVerdict.Apply.class);
  }

  @Test
  void reservesForNoOtherRole() {
    refused(reserve(cpus(1, dynamic("db"))), facts(PLAIN), "but the resource was allocated to");
    refused(reserve(cpus(1, dynamic("web/a"))), facts(PLAIN), "but the resource was allocated to");
    var elsewhere = cpus(1, dynamic("web")).toBuilder();
    elsewhere.getAllocationInfoBuilder().setRole("db");
    refused(reserve(elsewhere.build()), facts(PLAIN), "the accepted offers are for role 'web'");
  }

  @Test
  void reservesInItsOwnNameOnly() {
    refused(reserve(cpus(1, dynamic("web"))), facts(NAMED), "no principal set");
    var other = dynamic("web").toBuilder().setPrincipal("eve").build();
    refused(reserve(cpus(1, other)), facts(NAMED), "with principal 'eve'");
    var own = dynamic("web").toBuilder().setPrincipal("ops").build();
    assertThat(judge(reserve(cpus(1, own)), facts(NAMED), OFFERED))
        .isInstanceOf(OperationVerdict.Apply.class);
  }

  @Test
  void refinementNeedsTheCapability() {
    var chain = cpus(1, dynamic("web"), dynamic("web/a"));
    var offered = read(cpus(1, dynamic("web")));
    var below = new Facts(PLAIN, "web/a", offered, Resources.EMPTY);
    refused(reserve(chain), below, offered, "RESERVATION_REFINEMENT");

    var able =
        new Facts(with(Capability.Type.RESERVATION_REFINEMENT), "web/a", offered, Resources.EMPTY);
    assertThat(judge(reserve(chain), able, offered)).isInstanceOf(OperationVerdict.Apply.class);
  }

  @Test
  void reservesNoMoreThanIsLeft() {
    refused(reserve(cpus(5, dynamic("web"))), facts(PLAIN), "[cpus:1] is missing");
  }

  // ---- volumes ----

  @Test
  void createsOnReservedDisk() {
    var disk = read(disk(10));
    assertThat(judge(create(volume("v")), of(PLAIN, disk), disk))
        .isInstanceOf(OperationVerdict.Apply.class);
    refused(create(volume("v")), facts(PLAIN), "is missing");
  }

  @Test
  void persistenceIdsAreUniquePerRole() {
    var total = read(disk(10)).plus(read(volume("v")));
    refused(create(volume("v")), of(PLAIN, total), read(disk(10)), "'v' is taken");
    refused(create(volume("w"), volume("w", 11)), of(PLAIN, total), total, "'w' is taken");

    var ofOther = volume("v").toBuilder();
    ofOther.getReservationsBuilder(0).setRole("db");
    var withOther = read(disk(10)).plus(read(ofOther.build()));
    assertThat(judge(create(volume("v")), of(PLAIN, withOther), read(disk(10))))
        .isInstanceOf(OperationVerdict.Apply.class);
  }

  @Test
  void volumesAreMadeInDirectories() {
    var mounted = volume("v").toBuilder();
    mounted.getDiskBuilder().getSourceBuilder().setType(Resource.DiskInfo.Source.Type.MOUNT);
    refused(create(mounted.build()), facts(PLAIN), "not on MOUNT");
  }

  @Test
  void createsInItsOwnNameOnly() {
    var disk = read(disk(10));
    refused(create(volume("v")), of(NAMED, disk), disk, "has no principal set");
    var other = volume("v").toBuilder();
    other.getDiskBuilder().getPersistenceBuilder().setPrincipal("eve");
    refused(create(other.build()), of(NAMED, disk), disk, "has the principal 'eve' set");
  }

  @Test
  void sharedVolumesNeedTheCapability() {
    var disk = read(disk(10));
    var shared =
        volume("v").toBuilder().setShared(Resource.SharedInfo.getDefaultInstance()).build();
    refused(create(shared), of(PLAIN, disk), disk, "SHARED_RESOURCES");
    assertThat(judge(create(shared), of(with(Capability.Type.SHARED_RESOURCES), disk), disk))
        .isInstanceOf(OperationVerdict.Apply.class);
  }

  @Test
  void whatIsInUseIsNotDestroyed() {
    var volume = read(volume("v"));
    var used = new Facts(PLAIN, "web", volume, volume);
    refused(destroy(volume("v")), used, volume, "is in use");
    assertThat(judge(destroy(volume("v")), of(PLAIN, volume), volume))
        .isInstanceOf(OperationVerdict.Apply.class);
  }

  // ---- ids, and what is no conversion ----

  @Test
  void idsNameOneOperationAtATime() {
    var operation = reserve(cpus(1, dynamic("web"))).toBuilder();
    refused(withId(operation, "known"), facts(PLAIN), "is not acknowledged");
    refused(withId(operation, ""), facts(PLAIN), "The operation id is empty");
    assertThat(judge(withId(operation, "new"), facts(PLAIN), OFFERED))
        .isInstanceOf(OperationVerdict.Apply.class);
  }

  @Test
  void whatTheResourcesThemselvesForbid() {
    refused(reserve(cpus(1)), facts(PLAIN), "not dynamically reserved");
    refused(
        Operation.newBuilder().setType(Operation.Type.CREATE_DISK).build(),
        facts(PLAIN),
        "CREATE_DISK");
  }

  @Test
  void laterTasksGetWhatAnOperationHasMade() throws ResourceException {
    var launches = new LaunchValidation(new Tasks(), Resources.of("cpus:2;mem:64"));
    launches.convert(Conversion.of(reserve(cpus(1, dynamic("web")))));

    assertThat(launches.remaining())
        .isEqualTo(Resources.of("cpus:1;mem:64").plus(read(cpus(1, dynamic("web")))));
  }

  // ---- made by hand ----

  private static Facts of(FrameworkInfo framework, Resources total) {
    return new Facts(framework, "web", total, Resources.EMPTY);
  }

  private static FrameworkInfo with(Capability.Type capability) {
    return PLAIN.toBuilder().addCapabilities(Capability.newBuilder().setType(capability)).build();
  }

  private static OperationVerdict judge(Operation operation, Facts facts, Resources remaining) {
    return OperationValidation.judge(operation, facts, remaining);
  }

  private static void refused(Operation operation, Facts facts, String reason) {
    refused(operation, facts, OFFERED, reason);
  }

  private static void refused(
      Operation operation, Facts facts, Resources remaining, String reason) {
    assertThat(judge(operation, facts, remaining))
        .isInstanceOfSatisfying(
            OperationVerdict.Refuse.class,
            refusal -> assertThat(refusal.reason()).contains(reason));
  }

  private static Operation withId(Operation.Builder operation, String id) {
    return operation.setId(OperationID.newBuilder().setValue(id)).build();
  }

  private static ReservationInfo dynamic(String role) {
    return ReservationInfo.newBuilder().setType(ReservationInfo.Type.DYNAMIC).setRole(role).build();
  }

  private static Resource cpus(double amount, ReservationInfo... reservations) {
    return scalar("cpus", amount, reservations);
  }

  private static Resource disk(double amount) {
    return scalar("disk", amount, dynamic("web"));
  }

  private static Resource scalar(String name, double amount, ReservationInfo... reservations) {
    return Resource.newBuilder()
        .setName(name)
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(amount))
        .addAllReservations(List.of(reservations))
        .build();
  }

  private static Resource volume(String id) {
    return volume(id, 10);
  }

  private static Resource volume(String id, double size) {
    var volume = disk(size).toBuilder();
    volume.getDiskBuilder().getPersistenceBuilder().setId(id);
    volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
    return volume.build();
  }

  private static Operation reserve(Resource... resources) {
    return Operation.newBuilder()
        .setType(Operation.Type.RESERVE)
        .setReserve(Operation.Reserve.newBuilder().addAllResources(List.of(resources)))
        .build();
  }

  private static Operation create(Resource... volumes) {
    return Operation.newBuilder()
        .setType(Operation.Type.CREATE)
        .setCreate(Operation.Create.newBuilder().addAllVolumes(List.of(volumes)))
        .build();
  }

  private static Operation destroy(Resource... volumes) {
    return Operation.newBuilder()
        .setType(Operation.Type.DESTROY)
        .setDestroy(Operation.Destroy.newBuilder().addAllVolumes(List.of(volumes)))
        .build();
  }

  private static Resources read(Resource proto) {
    try {
      return Resources.fromProto(List.of(proto));
    } catch (ResourceException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
