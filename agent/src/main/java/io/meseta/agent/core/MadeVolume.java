package io.meseta.agent.core;

import io.meseta.api.v1.Resource;

/**
 * A persistent volume, and what tells it from an earlier one of the same name.
 *
 * @param origin the agent and the operation that made it, {@code AGENT/OPERATION}: one line, to be
 *     kept beside its directory
 */
public record MadeVolume(Resource volume, String origin) {}
