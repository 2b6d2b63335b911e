package io.meseta.master.validation;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.resources.Resources;

/** What has to be known to judge what a framework makes of one agent's offered resources. */
public interface OperationFacts {
  FrameworkInfo framework();

  /** The role of the accepted offers. */
  String role();

  /** All that the agent has, as the operations before this one have left it. */
  Resources agentTotal();

  /** What tasks use on the agent, those that this call has launched before included. */
  Resources inUse();

  /** Whether the framework is still to hear of, or to acknowledge, an operation of this id. */
  boolean isKnown(String operationId);
}
