package io.meseta.agent.health;

import io.meseta.common.ids.ContainerId;
import java.time.Duration;

/**
 * One question to one container.
 *
 * @param attempt tells this question from earlier ones of its kind
 * @param timeout after which it is given up
 */
public record CheckRequest(
    ContainerId container, CheckKind kind, long attempt, CheckTarget target, Duration timeout) {}
