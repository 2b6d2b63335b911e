package io.meseta.common.pages;

import io.meseta.api.v1.AgentInfo;
import java.util.List;

/** What agents of this cluster can, in the words of Mesos: every one can the same. */
public final class AgentCapabilities {

  /** As pages list them. */
  public static final List<String> NAMES =
      List.of(
          "MULTI_ROLE",
          "HIERARCHICAL_ROLE",
          "RESERVATION_REFINEMENT",
          "RESIZE_VOLUME",
          "AGENT_OPERATION_FEEDBACK",
          "AGENT_DRAINING",
          "TASK_RESOURCE_LIMITS");

  /** As messages have them. */
  public static final List<AgentInfo.Capability> ALL =
      NAMES.stream()
          .map(AgentInfo.Capability.Type::valueOf)
          .map(type -> AgentInfo.Capability.newBuilder().setType(type).build())
          .toList();

  private AgentCapabilities() {}
}
