package io.meseta.master.http;

import io.meseta.master.core.MasterEvent;
import java.time.Instant;
import java.util.function.Function;

/** The way into the core, as the endpoints see it. Any thread. */
public interface Inbox {

  /** A request from outside; false when there is no room, and the peer is to be told so. */
  boolean offer(Function<Instant, MasterEvent> input);

  /** Something that must not be lost: the end of a connection. */
  void post(Function<Instant, MasterEvent> input);
}
