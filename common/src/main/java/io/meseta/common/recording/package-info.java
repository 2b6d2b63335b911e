/**
 * Records what a passive core has handled, so that it can be run over the same events again.
 *
 * <pre>
 * loop thread ─► Recorder: core.handle(event) ─► effects ─► runner
 *                   │ event, effects (both immutable)           any thread may be slow from here on
 *                   └──► bounded queue ──► RecordingThread: encode, compress ──► files, rotated
 *                   ▲                            │ the file is full, or recording can go on
 *                   └── the core's state  ◄──────┘   (taken by the loop thread, between two events)
 *
 * RecordingFile ─► state, events ─► Replay: core.handle(event) ─► the same effects? ─► Difference
 * </pre>
 *
 * <p>Every file can be replayed by itself: it begins with the whole state of the core, see {@code
 * recording.graph}. What a file looks like: {@link io.meseta.common.recording.Frame}.
 */
@NullMarked
package io.meseta.common.recording;

import org.jspecify.annotations.NullMarked;
