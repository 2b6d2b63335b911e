package io.meseta.scheduler.internal;

import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import java.util.Optional;

/**
 * The way to a master, as the driver needs it. Methods never block; listeners are called by threads
 * of the transport, must return at once, and for one stream are called one at a time.
 */
public interface MasterTransport extends AutoCloseable {

  /** What comes of a SUBSCRIBE: refused, or opened and events, or ended; nothing after an end. */
  interface StreamListener {

    /** The answer is 200. */
    void opened(Optional<String> streamId);

    /** The answer is something else. Nothing follows. */
    void refused(SchedulerEvent.Answer answer);

    /** One record. */
    void received(Event event);

    /** No connection, or it broke, or what came cannot be read. Nothing follows. */
    void ended(String reason);
  }

  /** An open stream, or one that is being opened. */
  interface Stream {

    /** Reads no further until {@link #resume}. */
    void pause();

    /** Reads on. */
    void resume();

    /** Drops the connection; the listener may be called once more. */
    void close();
  }

  /** What comes of a call; one of the two is called, once, within the call's time limit. */
  interface AnswerListener {

    void answered(SchedulerEvent.Answer answer);

    /** No answer will come. */
    void unanswered(SchedulerEvent.CallUnanswered.Sent sent, String reason);
  }

  /** Sends SUBSCRIBE on a connection of its own. */
  Stream subscribe(MasterAddress master, Call subscribe, StreamListener listener);

  /** Sends a call. */
  void send(SchedulerEffect.SendCall call, AnswerListener listener);

  /** Drops every connection. May block for a moment. */
  @Override
  void close();
}
