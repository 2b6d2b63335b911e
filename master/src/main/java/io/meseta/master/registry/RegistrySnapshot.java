package io.meseta.master.registry;

import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.registry.v1.MaintenanceRecord;
import io.meseta.master.registry.v1.RoleRecord;
import java.util.List;

/**
 * All that the registry holds, as a new leader finds it. Plain data, immutable.
 *
 * @param agents in the order of their ids
 * @param frameworks in the order of their ids
 * @param roles of which operators have said something, in the order of their names
 * @param maintenance what is planned
 */
public record RegistrySnapshot(
    List<AgentRecord> agents,
    List<FrameworkRecord> frameworks,
    List<RoleRecord> roles,
    MaintenanceRecord maintenance) {
  /** No maintenance is planned. */
  public static final MaintenanceRecord NO_MAINTENANCE =
      MaintenanceRecord.newBuilder().setSchedule(Schedule.getDefaultInstance()).build();

  public RegistrySnapshot {
    agents = List.copyOf(agents);
    frameworks = List.copyOf(frameworks);
    roles = List.copyOf(roles);
  }

  /** A cluster whose operators have said nothing of roles or maintenance. */
  public RegistrySnapshot(List<AgentRecord> agents, List<FrameworkRecord> frameworks) {
    this(agents, frameworks, List.of(), NO_MAINTENANCE);
  }

  /** The registry of a cluster that has never run. */
  public static RegistrySnapshot empty() {
    return new RegistrySnapshot(List.of(), List.of());
  }
}
