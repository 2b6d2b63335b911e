package io.meseta.scheduler.internal;

import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.time.Instant;
import java.util.Optional;

/** What has happened, as far as a framework's driver is concerned. Every event carries its time. */
public sealed interface SchedulerEvent {

  Instant at();

  /** The author has started the driver. */
  record Started(Instant at) implements SchedulerEvent {}

  /** The detector says that another master leads now, or that none is known. */
  record LeaderChanged(Instant at, Optional<MasterAddress> leader) implements SchedulerEvent {}

  /**
   * The master has answered SUBSCRIBE with 200; events follow.
   *
   * @param attempt from {@link SchedulerEffect.OpenStream}
   * @param streamId the {@code Mesos-Stream-Id} header
   */
  record StreamOpened(Instant at, long attempt, Optional<String> streamId)
      implements SchedulerEvent {}

  /** The master has answered SUBSCRIBE with something else. */
  record StreamRefused(Instant at, long attempt, Answer answer) implements SchedulerEvent {}

  /** One record has come on the stream. */
  record EventReceived(Instant at, long attempt, Event event) implements SchedulerEvent {}

  /** The stream could not be opened, has ended, or cannot be read any further. */
  record StreamEnded(Instant at, long attempt, String reason) implements SchedulerEvent {}

  /**
   * The author makes a call.
   *
   * @param callId not negative, never used before
   * @param call without framework id, which only the core knows
   */
  record CallRequested(Instant at, long callId, Call call) implements SchedulerEvent {}

  /** The master has answered a call that {@link SchedulerEffect.SendCall} sent. */
  record CallAnswered(Instant at, long callId, Answer answer) implements SchedulerEvent {}

  /** No answer to a call will come. */
  record CallUnanswered(Instant at, long callId, Sent sent, String reason)
      implements SchedulerEvent {

    /** Whether the master may have seen the call. */
    public enum Sent {
      NO,
      PERHAPS
    }
  }

  /** The author's callback for this status has returned normally. */
  record UpdateHandled(Instant at, TaskStatus status) implements SchedulerEvent {}

  /** The author stops the driver; the tasks stay. */
  record StopRequested(Instant at) implements SchedulerEvent {}

  /** A timer set by {@link SchedulerEffect.SetTimer} fired. */
  record TimerFired(Instant at, SchedulerTimer timer) implements SchedulerEvent {}

  /**
   * A complete HTTP answer.
   *
   * @param text the body, cut to a length fit for a message
   * @param location the {@code Location} header
   */
  record Answer(int status, String text, Optional<String> location) {

    /** An answer without a redirect. */
    public static Answer of(int status, String text) {
      return new Answer(status, text, Optional.empty());
    }

    boolean isAccepted() {
      return status >= 200 && status < 300;
    }

    boolean isRedirect() {
      return status == 307 || status == 308;
    }

    /** Says what was answered, for people. */
    public String describe() {
      return "HTTP " + status + (text.isBlank() ? "" : ": " + text.strip());
    }
  }
}
