package io.meseta.master.allocation;

import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;

/**
 * Everything that is free for a role on an agent, given to one framework: what an offer holds.
 *
 * @param number tells apart two grants of the same resources, such as one CPU here and another one
 *     there; counted by the allocator that made it
 */
public record Grant(
    long number, FrameworkId framework, String role, AgentId agent, Resources resources) {}
