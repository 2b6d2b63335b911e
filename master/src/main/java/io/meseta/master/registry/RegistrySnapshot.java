package io.meseta.master.registry;

import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import java.util.List;

/**
 * All that the registry holds, as a new leader finds it. Plain data, immutable.
 *
 * @param agents in the order of their ids
 * @param frameworks in the order of their ids
 */
public record RegistrySnapshot(List<AgentRecord> agents, List<FrameworkRecord> frameworks) {
  public RegistrySnapshot {
    agents = List.copyOf(agents);
    frameworks = List.copyOf(frameworks);
  }

  /** The registry of a cluster that has never run. */
  public static RegistrySnapshot empty() {
    return new RegistrySnapshot(List.of(), List.of());
  }
}
