package io.meseta.master.core;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.master.Call;
import io.meseta.common.ids.AgentId;

/** Which operation an operator's call about resources asks for. */
final class OperatorResources {

  private OperatorResources() {}

  static AgentId agent(Call call) {
    AgentID id =
        switch (call.getType()) {
          case RESERVE_RESOURCES -> call.getReserveResources().getAgentId();
          case UNRESERVE_RESOURCES -> call.getUnreserveResources().getAgentId();
          case CREATE_VOLUMES -> call.getCreateVolumes().getAgentId();
          case DESTROY_VOLUMES -> call.getDestroyVolumes().getAgentId();
          case GROW_VOLUME -> call.getGrowVolume().getAgentId();
          case SHRINK_VOLUME -> call.getShrinkVolume().getAgentId();
          default -> throw notOne(call);
        };
    return AgentId.of(id);
  }

  static Operation of(Call call) {
    Operation.Builder operation = Operation.newBuilder();
    switch (call.getType()) {
      case RESERVE_RESOURCES ->
          operation
              .setType(Operation.Type.RESERVE)
              .setReserve(
                  Operation.Reserve.newBuilder()
                      .addAllSource(call.getReserveResources().getSourceList())
                      .addAllResources(call.getReserveResources().getResourcesList()));
      case UNRESERVE_RESOURCES ->
          operation
              .setType(Operation.Type.UNRESERVE)
              .setUnreserve(
                  Operation.Unreserve.newBuilder()
                      .addAllResources(call.getUnreserveResources().getResourcesList()));
      case CREATE_VOLUMES ->
          operation
              .setType(Operation.Type.CREATE)
              .setCreate(
                  Operation.Create.newBuilder()
                      .addAllVolumes(call.getCreateVolumes().getVolumesList()));
      case DESTROY_VOLUMES ->
          operation
              .setType(Operation.Type.DESTROY)
              .setDestroy(
                  Operation.Destroy.newBuilder()
                      .addAllVolumes(call.getDestroyVolumes().getVolumesList()));
      case GROW_VOLUME ->
          operation
              .setType(Operation.Type.GROW_VOLUME)
              .setGrowVolume(
                  Operation.GrowVolume.newBuilder()
                      .setVolume(call.getGrowVolume().getVolume())
                      .setAddition(call.getGrowVolume().getAddition()));
      case SHRINK_VOLUME ->
          operation
              .setType(Operation.Type.SHRINK_VOLUME)
              .setShrinkVolume(
                  Operation.ShrinkVolume.newBuilder()
                      .setVolume(call.getShrinkVolume().getVolume())
                      .setSubtract(call.getShrinkVolume().getSubtract()));
      default -> throw notOne(call);
    }
    return operation.build();
  }

  private static IllegalStateException notOne(Call call) {
    return new IllegalStateException(call.getType() + " is not about resources");
  }
}
