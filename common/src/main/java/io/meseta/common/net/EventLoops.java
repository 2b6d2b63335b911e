package io.meseta.common.net;

import io.netty.channel.EventLoop;
import java.util.concurrent.RejectedExecutionException;

/** Getting onto a connection's thread. */
final class EventLoops {

  private EventLoops() {}

  /**
   * Runs the task now if this is the loop's thread, and there later if not.
   *
   * @return false if the loop has ended, and every connection with it: the task will not run
   */
  static boolean run(EventLoop loop, Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return true;
    }
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
