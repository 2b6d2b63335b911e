package io.meseta.common.pages;

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

  private AgentCapabilities() {}
}
