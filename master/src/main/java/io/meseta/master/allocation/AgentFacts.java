package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Resources;

/** What the allocation needs to know of an agent: all that it has, reserved or not. */
public record AgentFacts(AgentId id, Resources total) {}
