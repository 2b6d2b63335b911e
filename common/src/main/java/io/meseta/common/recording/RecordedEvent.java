package io.meseta.common.recording;

import java.util.Optional;

/**
 * One event of a recording, and what came of it.
 *
 * @param number counted from 0 since the core began
 * @param effectsHash of the effects, see {@link Effects}
 * @param effects how many there were
 * @param failure what the core threw, if it broke
 */
public record RecordedEvent(
    long number, Object event, long effectsHash, long effects, Optional<String> failure) {}
