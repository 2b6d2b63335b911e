package io.meseta.agent.fetch;

import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells people how far it is, at most once in a second. Any thread. */
final class Progress {

  private static final long EVERY_NANOS = 1_000_000_000L;

  private final Consumer<String> listener;
  private final LongSupplier nanoClock;
  private long nextNanos;

  Progress(Consumer<String> listener, LongSupplier nanoClock) {
    this.listener = listener;
    this.nanoClock = nanoClock;
    this.nextNanos = nanoClock.getAsLong();
  }

  /** Says something, unless something was said less than a second ago. */
  void say(String text) {
    synchronized (this) {
      long now = nanoClock.getAsLong();
      if (now - nextNanos < 0) {
        return;
      }
      nextNanos = now + EVERY_NANOS;
    }
    listener.accept(text);
  }

  /** As {@code fetching app.tgz: 45.2 of 120.1 MB}. */
  static String downloaded(String name, long bytes, OptionalLong total) {
    String far = Amounts.megabytes(bytes);
    return "fetching "
        + name
        + ": "
        + (total.isPresent() ? far + " of " + Amounts.megabytes(total.getAsLong()) : far)
        + " MB";
  }
}
