package io.meseta.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.internal.Calls;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private static final Resource DISK =
      Resource.newBuilder()
          .setName("disk")
          .setType(Value.Type.SCALAR)
          .setScalar(Value.Scalar.newBuilder().setValue(10))
          .build();
  private static final List<Resource> SOME = List.of(DISK);

  @Test
  void eachSaysWhatItIsAndCarriesItsResources() {
    assertThat(Operations.reserve(SOME).getReserve().getResourcesList()).isEqualTo(SOME);
    assertThat(Operations.unreserve(SOME).getUnreserve().getResourcesList()).isEqualTo(SOME);
    assertThat(Operations.create(SOME).getCreate().getVolumesList()).isEqualTo(SOME);
    assertThat(Operations.destroy(SOME).getDestroy().getVolumesList()).isEqualTo(SOME);
    assertThat(Operations.grow(DISK, DISK).getGrowVolume().getAddition()).isEqualTo(DISK);
    assertThat(Operations.shrink(DISK, 2.5).getShrinkVolume().getSubtract().getValue())
        .isEqualTo(2.5);
    assertThat(
            List.of(
                Operations.reserve(SOME).getType(),
                Operations.unreserve(SOME).getType(),
                Operations.create(SOME).getType(),
                Operations.destroy(SOME).getType(),
                Operations.grow(DISK, DISK).getType(),
                Operations.shrink(DISK, 1).getType()))
        .containsExactly(
            Operation.Type.RESERVE,
            Operation.Type.UNRESERVE,
            Operation.Type.CREATE,
            Operation.Type.DESTROY,
            Operation.Type.GROW_VOLUME,
            Operation.Type.SHRINK_VOLUME);
  }

  @Test
  void anIdIsAdded() {
    var operation = Operations.withId(Operations.create(SOME), "o");
    assertThat(operation.getId().getValue()).isEqualTo("o");
    assertThat(operation.getCreate().getVolumesList()).isEqualTo(SOME);
  }

  @Test
  void reconciliationOfNoneAsksForAll() {
    var call = Calls.reconcileOperations(List.of());
    assertThat(call.getType()).isEqualTo(Call.Type.RECONCILE_OPERATIONS);
    assertThat(call.hasReconcileOperations()).isTrue();
  }
}
