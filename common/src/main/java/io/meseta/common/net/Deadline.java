package io.meseta.common.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One timer of a connection; arming it again replaces what was armed. Event loop only. */
final class Deadline {
  private final EventExecutor loop;
  private @Nullable ScheduledFuture<?> pending;

  Deadline(EventExecutor loop) {
    this.loop = loop;
  }

  void arm(Duration delay, Runnable action) {
    cancel();
    pending = loop.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  void cancel() {
    if (pending != null) {
      pending.cancel(false);
      pending = null;
    }
  }
}
