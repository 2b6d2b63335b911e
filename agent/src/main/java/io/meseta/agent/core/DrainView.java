package io.meseta.agent.core;

import io.meseta.api.v1.DrainConfig;
import java.time.Instant;

/**
 * That the agent is drained.
 *
 * @param since when this process was told so first
 */
public record DrainView(DrainConfig config, Instant since) {}
