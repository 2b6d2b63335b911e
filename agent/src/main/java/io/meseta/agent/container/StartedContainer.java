package io.meseta.agent.container;

import java.util.List;
import java.util.OptionalInt;

/**
 * What is known of a container that runs.
 *
 * @param pid the first process, as the host sees it
 * @param ipAddresses of the container; the agent's own under host networking; may be empty
 */
public record StartedContainer(OptionalInt pid, List<String> ipAddresses) {}
