package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.constraints.AgentTraits;

/**
 * What the allocation needs to know of an agent.
 *
 * @param total all that it has, reserved or not
 * @param traits what frameworks may select it by
 */
public record AgentFacts(AgentId id, Resources total, AgentTraits traits) {
  /** An agent that cannot be selected by anything. */
  public AgentFacts(AgentId id, Resources total) {
    this(id, total, AgentTraits.NONE);
  }
}
