package io.meseta.master.validation;

import com.google.protobuf.Duration;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.master.Call;
import io.meseta.common.ids.Ids;
import io.meseta.common.resources.Roles;
import java.util.Optional;

/** The structure of an operator's call: why it is answered with 400. */
public final class OperatorCallValidation {

  /** The longest time that fits into 63 bits of nanoseconds, as the agent counts: 292 years. */
  private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000_000L - 1;

  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private OperatorCallValidation() {}

  /** Whether this master answers such calls at all; 501 otherwise. */
  @SuppressWarnings("deprecation") // SET_QUOTA and REMOVE_QUOTA: older tools send them.
  public static boolean isImplemented(Call.Type type) {
    return switch (type) {
      case MARK_AGENT_GONE, DRAIN_AGENT, DEACTIVATE_AGENT, REACTIVATE_AGENT, TEARDOWN -> true;
      case UPDATE_WEIGHTS, UPDATE_QUOTA, SET_QUOTA, REMOVE_QUOTA -> true;
      case UPDATE_MAINTENANCE_SCHEDULE, START_MAINTENANCE, STOP_MAINTENANCE -> true;
      case RESERVE_RESOURCES, UNRESERVE_RESOURCES, CREATE_VOLUMES, DESTROY_VOLUMES -> true;
      case GROW_VOLUME, SHRINK_VOLUME -> true;
      default -> false;
    };
  }

  /**
   * Why the call cannot be understood, or nothing. A call of a type that is not implemented passes:
   * that is not wrong.
   */
  @SuppressWarnings("deprecation") // SET_QUOTA and REMOVE_QUOTA: older tools send them.
  public static Optional<String> invalidReason(Call call) {
    if (!call.hasType()) {
      return Optional.of("'type' is missing, or not the name of a call");
    }
    return switch (call.getType()) {
      case MARK_AGENT_GONE ->
          agent("mark_agent_gone", call.hasMarkAgentGone(), call.getMarkAgentGone().getAgentId());
      case DRAIN_AGENT ->
          Reasons.first(
              () -> agent("drain_agent", call.hasDrainAgent(), call.getDrainAgent().getAgentId()),
              () -> invalidGrace(call.getDrainAgent()));
      case DEACTIVATE_AGENT ->
          agent(
              "deactivate_agent",
              call.hasDeactivateAgent(),
              call.getDeactivateAgent().getAgentId());
      case REACTIVATE_AGENT ->
          agent(
              "reactivate_agent",
              call.hasReactivateAgent(),
              call.getReactivateAgent().getAgentId());
      case TEARDOWN ->
          id(
              "teardown",
              "framework_id",
              call.hasTeardown(),
              call.getTeardown().getFrameworkId().getValue());
      case UPDATE_WEIGHTS ->
          call.hasUpdateWeights()
              ? PolicyValidation.invalidReason(call.getUpdateWeights())
              : Optional.of("'update_weights' is missing");
      case UPDATE_QUOTA ->
          call.hasUpdateQuota()
              ? PolicyValidation.invalidReason(call.getUpdateQuota())
              : Optional.of("'update_quota' is missing");
      case UPDATE_MAINTENANCE_SCHEDULE ->
          call.hasUpdateMaintenanceSchedule()
              ? PolicyValidation.invalidReason(call.getUpdateMaintenanceSchedule().getSchedule())
              : Optional.of("'update_maintenance_schedule' is missing");
      case START_MAINTENANCE ->
          call.hasStartMaintenance()
              ? PolicyValidation.invalidReason(call.getStartMaintenance().getMachinesList())
              : Optional.of("'start_maintenance' is missing");
      case STOP_MAINTENANCE ->
          call.hasStopMaintenance()
              ? PolicyValidation.invalidReason(call.getStopMaintenance().getMachinesList())
              : Optional.of("'stop_maintenance' is missing");
      case SET_QUOTA ->
          call.hasSetQuota()
              ? PolicyValidation.invalidReason(call.getSetQuota().getQuotaRequest())
              : Optional.of("'set_quota' is missing");
      case REMOVE_QUOTA ->
          call.hasRemoveQuota()
              ? Roles.invalidReason(call.getRemoveQuota().getRole())
              : Optional.of("'remove_quota' is missing");
      case RESERVE_RESOURCES,
          UNRESERVE_RESOURCES,
          CREATE_VOLUMES,
          DESTROY_VOLUMES,
          GROW_VOLUME,
          SHRINK_VOLUME ->
          resources(call);
      case LIST_FILES ->
          call.hasListFiles() ? Optional.empty() : Optional.of("'list_files' is missing");
      case READ_FILE ->
          call.hasReadFile()
              ? invalidPart(call.getReadFile())
              : Optional.of("'read_file' is missing");
      default -> Optional.empty();
    };
  }

  /** Numbers without a sign on the wire, of which no file has so many. */
  private static Optional<String> invalidPart(Call.ReadFile call) {
    return call.getOffset() < 0 || call.getLength() < 0
        ? Optional.of("'read_file.offset' and 'read_file.length' have to be below 2^63")
        : Optional.empty();
  }

  private static Optional<String> resources(Call call) {
    return switch (call.getType()) {
      case RESERVE_RESOURCES ->
          agent(
              "reserve_resources",
              call.hasReserveResources(),
              call.getReserveResources().getAgentId());
      case UNRESERVE_RESOURCES ->
          agent(
              "unreserve_resources",
              call.hasUnreserveResources(),
              call.getUnreserveResources().getAgentId());
      case CREATE_VOLUMES ->
          agent("create_volumes", call.hasCreateVolumes(), call.getCreateVolumes().getAgentId());
      case DESTROY_VOLUMES ->
          agent("destroy_volumes", call.hasDestroyVolumes(), call.getDestroyVolumes().getAgentId());
      case GROW_VOLUME ->
          agent("grow_volume", call.hasGrowVolume(), call.getGrowVolume().getAgentId());
      case SHRINK_VOLUME ->
          agent("shrink_volume", call.hasShrinkVolume(), call.getShrinkVolume().getAgentId());
      default -> throw new IllegalArgumentException(call.getType() + " is not about resources");
    };
  }

  private static Optional<String> agent(String body, boolean present, AgentID id) {
    return id(body, "agent_id", present, id.getValue());
  }

  private static Optional<String> id(String body, String field, boolean present, String id) {
    if (!present) {
      return Optional.of("'" + body + "' is missing");
    }
    return id.isEmpty()
        ? Optional.of("'" + body + "." + field + "' is missing")
        : Ids.invalidReason(field, id);
  }

  private static Optional<String> invalidGrace(Call.DrainAgent call) {
    Duration grace = call.getMaxGracePeriod();
    boolean valid =
        grace.getSeconds() >= 0
            && grace.getSeconds() <= MAX_SECONDS
            && grace.getNanos() >= 0
            && grace.getNanos() < NANOS_PER_SECOND;
    return Reasons.when(
        !valid, "'drain_agent.max_grace_period' is not a time between 0 and 292 years");
  }
}
