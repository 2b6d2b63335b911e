package io.meseta.agent.http;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * What pages say of the process itself.
 *
 * @param address at which the agent is reached, or its name where that is not known
 * @param flags as given, without secrets
 */
public record AboutAgent(
    String version,
    Instant builtAt,
    Instant startedAt,
    String address,
    Path workDir,
    Map<String, String> flags) {}
