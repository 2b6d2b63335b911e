package io.meseta.common.recording;

/**
 * How a recording fares; numbers since its core began.
 *
 * @param running events are being written; false while it has stopped, and after its end
 * @param events handed to a file
 * @param bytes written to files, with their states and headers
 * @param stops how often it had to stop: the disk failed, or did not keep up
 */
public record RecordingStats(boolean running, long events, long bytes, long stops) {}
