package io.meseta.scheduler.internal;

import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.scheduler.Event;

/** What the author's {@link io.meseta.scheduler.Scheduler} is told. */
public sealed interface Notice {

  /** The first subscription of this driver. */
  record Subscribed(FrameworkID framework, MasterInfo master) implements Notice {}

  /** A later subscription of this driver. */
  record Resubscribed(FrameworkID framework, MasterInfo master) implements Notice {}

  /** An event of the stream, complete for its type. */
  record Received(Event event) implements Notice {}

  /** A subscription is lost. */
  record Disconnected(String reason) implements Notice {}

  /** The driver ends because of this. */
  record Failed(String message) implements Notice {}
}
