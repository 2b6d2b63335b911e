package io.meseta.common.runtime;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in order, on threads of a pool.
 *
 * <p>For work that belongs to one stream (encoding its records) and must neither overtake itself
 * nor hold up a loop. The number of waiting tasks is limited: {@link #tryExecute} says when there
 * is no room, and the owner then ends the stream.
 */
public final class SerialExecutor {

  private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);

  /** After so many tasks another stream gets its turn on the thread. */
  private static final int TURN = 64;

  private final Executor pool;
  private final int limit;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  public SerialExecutor(Executor pool, int limit) {
    this.pool = pool;
    this.limit = limit;
  }

  /** Thread-safe. Returns false, and does nothing, when too many tasks wait already. */
  public boolean tryExecute(Runnable task) {
    synchronized (waiting) {
      if (waiting.size() >= limit) {
        return false;
      }
      waiting.add(task);
      if (running) {
        return true;
      }
      running = true;
    }
    pool.execute(this::takeTurn);
    return true;
  }

  private void takeTurn() {
    for (int done = 0; done < TURN; done++) {
      Runnable task;
      synchronized (waiting) {
        task = waiting.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // An Error as well: otherwise nothing of this stream would ever run again.
        log.error("A task of a stream failed", e);
      }
    }
    pool.execute(this::takeTurn);
  }
}
