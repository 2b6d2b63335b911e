package io.meseta.scheduler;

import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.OperationID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import java.util.Collection;

/**
 * Operations that make something else of offered resources, for {@link SchedulerDriver#accept}
 * before a launch that uses what they make.
 *
 * <p>They are done in order. One that is not valid is left out; with an id ({@link #withId}) its
 * framework hears how it ended, and has to acknowledge what has a uuid.
 */
public final class Operations {

  private Operations() {}

  /**
   * Keeps resources for a role.
   *
   * @param resources as they are to be: the offered ones with one more reservation, of the type
   *     DYNAMIC, for the role of the offer, and with the framework's principal if it has one
   * @return RESERVE
   */
  public static Operation reserve(Collection<Resource> resources) {
    return of(Operation.Type.RESERVE)
        .setReserve(Operation.Reserve.newBuilder().addAllResources(resources))
        .build();
  }

  /**
   * Gives the innermost reservation back.
   *
   * @param resources as they are offered
   * @return UNRESERVE
   */
  public static Operation unreserve(Collection<Resource> resources) {
    return of(Operation.Type.UNRESERVE)
        .setUnreserve(Operation.Unreserve.newBuilder().addAllResources(resources))
        .build();
  }

  /**
   * Makes persistent volumes.
   *
   * @param volumes reserved disk with {@code disk.persistence} and {@code disk.volume}, whose
   *     container path is relative to the sandbox
   * @return CREATE
   */
  public static Operation create(Collection<Resource> volumes) {
    return of(Operation.Type.CREATE)
        .setCreate(Operation.Create.newBuilder().addAllVolumes(volumes))
        .build();
  }

  /**
   * Deletes persistent volumes and what is in them.
   *
   * @param volumes as they are offered
   * @return DESTROY
   */
  public static Operation destroy(Collection<Resource> volumes) {
    return of(Operation.Type.DESTROY)
        .setDestroy(Operation.Destroy.newBuilder().addAllVolumes(volumes))
        .build();
  }

  /**
   * Makes a persistent volume larger.
   *
   * @param volume as it is offered
   * @param addition disk with the same reservations, as it is offered or a part of that
   * @return GROW_VOLUME
   */
  public static Operation grow(Resource volume, Resource addition) {
    return of(Operation.Type.GROW_VOLUME)
        .setGrowVolume(Operation.GrowVolume.newBuilder().setVolume(volume).setAddition(addition))
        .build();
  }

  /**
   * Makes a persistent volume smaller.
   *
   * @param volume as it is offered
   * @param lessMib how much of it goes back; less than it has
   * @return SHRINK_VOLUME
   */
  public static Operation shrink(Resource volume, double lessMib) {
    return of(Operation.Type.SHRINK_VOLUME)
        .setShrinkVolume(
            Operation.ShrinkVolume.newBuilder()
                .setVolume(volume)
                .setSubtract(Value.Scalar.newBuilder().setValue(lessMib)))
        .build();
  }

  /**
   * Asks to be told how the operation ends.
   *
   * @param operation any of these
   * @param id the framework's own; free again once the end is acknowledged
   * @return the operation with the id
   */
  public static Operation withId(Operation operation, String id) {
    return operation.toBuilder().setId(OperationID.newBuilder().setValue(id)).build();
  }

  private static Operation.Builder of(Operation.Type type) {
    return Operation.newBuilder().setType(type);
  }
}
