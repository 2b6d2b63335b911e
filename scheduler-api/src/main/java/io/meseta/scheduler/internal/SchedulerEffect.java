package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Call;
import java.time.Duration;
import java.util.Optional;

/** What the core of a framework's driver orders. */
public sealed interface SchedulerEffect {

  /**
   * Send this SUBSCRIBE and read the stream. Comes back as {@link SchedulerEvent.StreamOpened},
   * {@link SchedulerEvent.StreamRefused} or {@link SchedulerEvent.StreamEnded}.
   *
   * @param attempt names the stream in every event about it
   */
  record OpenStream(long attempt, MasterAddress master, Call subscribe)
      implements SchedulerEffect {}

  /** Close that stream. Nothing needs to come back; what comes is ignored. */
  record CloseStream(long attempt) implements SchedulerEffect {}

  /**
   * Send this call. Comes back as {@link SchedulerEvent.CallAnswered} or {@link
   * SchedulerEvent.CallUnanswered}, exactly one of them, within the time limit.
   */
  record SendCall(long callId, MasterAddress master, String streamId, Call call, Duration limit)
      implements SchedulerEffect {}

  /** Tell the author that the call was accepted. */
  record CompleteCall(long callId) implements SchedulerEffect {}

  /** Tell the author why the call failed. */
  record FailCall(long callId, CallFailure failure) implements SchedulerEffect {}

  /** Call the author back. */
  record Deliver(Notice notice) implements SchedulerEffect {}

  /** Let {@link SchedulerEvent.TimerFired} happen after this time; replaces the same timer. */
  record SetTimer(SchedulerTimer timer, Duration after) implements SchedulerEffect {}

  /** Drop the timer, if it is set. */
  record CancelTimer(SchedulerTimer timer) implements SchedulerEffect {}

  /**
   * It is over; nothing will be ordered after this.
   *
   * @param error why, when nobody asked for it
   */
  record Terminate(Optional<String> error) implements SchedulerEffect {}
}
