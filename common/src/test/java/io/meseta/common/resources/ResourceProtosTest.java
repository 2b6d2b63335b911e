package io.meseta.common.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Resource.DiskInfo;
import io.meseta.api.v1.Resource.ReservationInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("deprecation") // The deprecated fields are what is tested.
class ResourceProtosTest {
  private static Resource.Builder cpus(double value) {
    var proto = Resource.newBuilder().setName("cpus").setType(Value.Type.SCALAR);
    proto.getScalarBuilder().setValue(value);
    return proto;
  }

  private static ReservationInfo.Builder reservation(ReservationInfo.Type type, String role) {
    return ReservationInfo.newBuilder().setType(type).setRole(role);
  }

  private static Resource volume(String id, double size, UnaryOperator<Resource.Builder> change) {
    var proto =
        cpus(size)
            .setName("disk")
            .addReservations(reservation(ReservationInfo.Type.DYNAMIC, "db").setPrincipal("me"));
    proto.getDiskBuilder().getPersistenceBuilder().setId(id);
    proto.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
    return change.apply(proto).build();
  }

  private static Resources read(Resource... protos) throws ResourceException {
    return Resources.fromProto(Arrays.asList(protos));
  }

  private static void assertRefused(Resource.Builder proto, String reason) {
    assertThatThrownBy(() -> read(proto.build()))
        .isInstanceOf(ResourceException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void readsBothFormatsAsTheSame() throws ResourceException {
    assertThat(read(cpus(1).setRole("*").build())).isEqualTo(read(cpus(1).build()));
    assertThat(read(cpus(1).setRole("web").build()))
        .isEqualTo(
            read(cpus(1).addReservations(reservation(ReservationInfo.Type.STATIC, "web")).build()));
    var labelled = ReservationInfo.newBuilder().setPrincipal("me");
    labelled.getLabelsBuilder().addLabelsBuilder().setKey("k").setValue("v");
    assertThat(read(cpus(1).setRole("web").setReservation(labelled).build()))
        .isEqualTo(
            read(
                cpus(1)
                    .addReservations(
                        labelled.clone().setType(ReservationInfo.Type.DYNAMIC).setRole("web"))
                    .build()));
  }

  @Test
  void writesWhatTheReaderUnderstands() {
    var resources = Resources.of("cpus:1;mem(web):32");
    assertThat(resources.toProto(ReservationFormat.LEGACY))
        .extracting(Resource::getName, Resource::hasRole, Resource::getRole)
        .containsExactly(tuple("cpus", true, "*"), tuple("mem", true, "web"));
    assertThat(resources.toProto(Optional.of("web"), ReservationFormat.REFINED))
        .allSatisfy(proto -> assertThat(proto.hasRole()).isFalse())
        .allSatisfy(proto -> assertThat(proto.getAllocationInfo().getRole()).isEqualTo("web"))
        .extracting(Resource::getReservationsCount)
        .containsExactly(0, 1);
  }

  @Test
  void cannotWriteARefinedReservationInTheOlderFormat() throws ResourceException {
    var refined =
        read(
            cpus(1)
                .addReservations(reservation(ReservationInfo.Type.STATIC, "web"))
                .addReservations(reservation(ReservationInfo.Type.DYNAMIC, "web/shop"))
                .build(),
            cpus(2).build());
    assertThat(refined.reserved("web/shop").isEmpty()).isFalse();
    assertThatThrownBy(() -> refined.toProto(ReservationFormat.LEGACY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(refined.withoutRefined()).isEqualTo(Resources.of("cpus:2"));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, -0.5, 1e16})
  void refusesWhatIsNoAmount(double value) {
    assertThatThrownBy(() -> read(cpus(value).build()))
        .isInstanceOf(ResourceException.class)
        .hasMessageStartingWith("Resource 'cpus' is ");
  }

  @Test
  void refusesASumThatCannotBeCounted() {
    var many = new Resource[2000];
    Arrays.fill(many, cpus(9e12).build());
    assertThatThrownBy(() -> read(many))
        .isInstanceOf(ResourceException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void refusesContradictions() {
    assertRefused(cpus(1).setType(Value.Type.RANGES), "no 'ranges'");
    assertRefused(cpus(1).setType(Value.Type.TEXT), "TEXT");
    assertRefused(cpus(1).setSet(Value.Set.newBuilder().addItem("a")), "more than one type");
    assertRefused(cpus(1).setName("a;b"), "name contains");
    assertRefused(cpus(1).setReservation(ReservationInfo.getDefaultInstance()), "role '*'");
    assertRefused(
        cpus(1).addReservations(reservation(ReservationInfo.Type.UNKNOWN, "a")),
        "neither STATIC nor DYNAMIC");
    assertRefused(cpus(1).addReservations(reservation(ReservationInfo.Type.STATIC, "*")), "'*'");
    assertRefused(
        cpus(1).setRole("b").addReservations(reservation(ReservationInfo.Type.STATIC, "a")),
        "another 'role'");
    assertRefused(
        cpus(1)
            .addReservations(reservation(ReservationInfo.Type.DYNAMIC, "a"))
            .addReservations(reservation(ReservationInfo.Type.DYNAMIC, "b")),
        "not above it");
    assertRefused(
        cpus(1)
            .addReservations(reservation(ReservationInfo.Type.STATIC, "a"))
            .addReservations(reservation(ReservationInfo.Type.STATIC, "a/b")),
        "static reservation within");
    assertRefused(cpus(1).setRole("a//b"), "two '/' in a row");
    assertRefused(cpus(1).setShared(Resource.SharedInfo.getDefaultInstance()), "shared");
    assertRefused(
        cpus(1)
            .setDisk(
                DiskInfo.newBuilder().setPersistence(DiskInfo.Persistence.newBuilder().setId("v"))),
        "not disk");
    var range = Value.Ranges.newBuilder();
    range.addRangeBuilder().setBegin(5).setEnd(-1);
    assertRefused(
        cpus(1).clearScalar().setType(Value.Type.RANGES).setRanges(range),
        "too large: 5-18446744073709551615");
  }

  @Test
  void countsVolumesInsteadOfAddingTheirSizes() throws ResourceException {
    var one = read(volume("v1", 100, b -> b));
    var two = read(volume("v1", 100, b -> b), volume("v2", 50, b -> b));
    assertThat(two.contains(one)).isTrue();
    assertThat(two.minusOrThrow(one)).isEqualTo(read(volume("v2", 50, b -> b)));
    assertThat(one.contains(read(volume("v1", 40, b -> b)))).isFalse();
    assertThat(one.plus(one).contains(read(volume("v1", 200, b -> b)))).isFalse();
    assertThat(one.overlaps(one)).isTrue();
  }

  @Test
  void findsAVolumeHoweverItIsMounted() throws ResourceException {
    var offered = read(volume("v1", 100, b -> b));
    var wanted =
        read(
            volume(
                "v1",
                100,
                proto -> {
                  proto.getDiskBuilder().getVolumeBuilder().setContainerPath("/elsewhere");
                  return proto;
                }));
    assertThat(offered.contains(wanted)).isTrue();
    assertThat(wanted).isEqualTo(offered).hasSameHashCodeAs(offered);
  }

  @Test
  void sharesVolumesByCount() throws ResourceException {
    var shared =
        read(volume("v1", 100, b -> b.setShared(Resource.SharedInfo.getDefaultInstance())));
    var three = shared.plus(shared).plus(shared);
    assertThat(three.entries()).hasSize(1);
    assertThat(three.minusOrThrow(shared)).isEqualTo(shared.plus(shared));
    assertThat(three.overlaps(shared)).isFalse();
    var protos = three.toProto(ReservationFormat.REFINED);
    assertThat(protos).hasSize(3);
    assertThat(Resources.fromProto(protos)).isEqualTo(three);
  }

  @Test
  void leavesOutWhomItIsAllocatedTo() throws ResourceException {
    var allocated = cpus(1);
    allocated.getAllocationInfoBuilder().setRole("web");
    assertThat(read(allocated.build())).isEqualTo(Resources.of("cpus:1"));
  }

  @Test
  void keepsRevocableApart() throws ResourceException {
    var revocable = read(cpus(1).setRevocable(Resource.RevocableInfo.getDefaultInstance()).build());
    assertThat(revocable.contains(Resources.of("cpus:1"))).isFalse();
    assertThat(revocable.plus(Resources.of("cpus:1")).entries()).hasSize(2);
    assertThat(revocable.toProto(ReservationFormat.LEGACY).get(0).hasRevocable()).isTrue();
    assertThat(List.of(revocable.toString())).containsExactly("cpus{REV}:1");
  }
}
