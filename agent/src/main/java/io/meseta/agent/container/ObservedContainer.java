package io.meseta.agent.container;

import io.meseta.common.ids.ContainerId;
import java.util.Optional;

/**
 * A container of this agent that exists, or of which something is left.
 *
 * @param started present while it runs
 * @param exit present when it has ended; both absent when it was created and never started
 */
public record ObservedContainer(
    ContainerId container, Optional<StartedContainer> started, Optional<ContainerExit> exit) {}
