package io.meseta.testkit;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs what it is given one after the other, on one thread of its own. */
final class InOrder implements AutoCloseable {

  private final ExecutorService thread;

  InOrder(String name) {
    thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  void run(Runnable task) {
    thread.execute(task);
  }

  /** Lets what was given be done, and takes no more. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
