/**
 * What is behind {@link io.meseta.scheduler.SchedulerDriver}. Not for authors: it changes without
 * notice.
 *
 * <pre>
 * author ── call ──► CallRequested ─┐                        ┌─► SendCall, OpenStream ──► MasterTransport ──► master
 * master ── record ► EventReceived ─┼─► SchedulerCore.handle ┼─► Deliver ──► CallbackThread ──► Scheduler
 * detector ────────► LeaderChanged ─┘    (the loop thread)   └─► CompleteCall, FailCall ──► CompletableFuture
 * </pre>
 *
 * <p>{@link io.meseta.scheduler.internal.SchedulerCore} decides everything and knows no thread,
 * clock or socket, so that a simulation can run it. {@link
 * io.meseta.scheduler.internal.DriverRuntime} carries its orders out.
 */
@NullMarked
package io.meseta.scheduler.internal;

import org.jspecify.annotations.NullMarked;
