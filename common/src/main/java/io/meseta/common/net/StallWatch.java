package io.meseta.common.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;

/**
 * Watches over an answer that is being written: a client that takes nothing of it for a whole limit
 * is told of. Uses the connection's timer; event loop only.
 */
final class StallWatch {
  private final Channel channel;
  private final Deadline deadline;
  private final Duration limit;
  private final Runnable onStall;

  StallWatch(Channel channel, Deadline deadline, Duration limit, Runnable onStall) {
    this.channel = channel;
    this.deadline = deadline;
    this.limit = limit;
    this.onStall = onStall;
  }

  /** Until the deadline is used for something else, or cancelled. */
  void start() {
    long waiting = waitingBytes();
    deadline.arm(limit, () -> check(waiting));
  }

  private void check(long waitingBefore) {
    if (waitingBytes() == waitingBefore) {
      onStall.run();
    } else {
      start();
    }
  }

  private long waitingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }
}
