package io.meseta.agent.http;

import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One value for all who ask for the same at about the same time: made by the first of them, while
 * the others wait for it. Thread-safe. Nothing is kept for long: what nobody asks for again is left
 * to the collector.
 *
 * @param <K> what the value is made from, told apart by identity
 */
public final class Shared<K, V> {

  private record Made<K, V>(K key, V value, long madeNs) {}

  private final Function<K, V> maker;
  private final long validNs;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private SoftReference<@Nullable Made<K, V>> last = new SoftReference<>(null);

  /**
   * @param maker may block
   * @param validity for how long a value that was made may be given out again
   */
  public Shared(Function<K, V> maker, Duration validity, LongSupplier nanoTime) {
    this.maker = maker;
    this.validNs = validity.toNanos();
    this.nanoTime = nanoTime;
  }

  /** The value; may block until another thread, or this one, has made it. */
  @SuppressWarnings("ReferenceEquality") // As documented: a view is compared by what it is.
  public V get(K key) {
    lock.lock();
    try {
      Made<K, V> made = last.get();
      if (made != null && made.key == key && nanoTime.getAsLong() - made.madeNs < validNs) {
        return made.value;
      }
      V value = maker.apply(key);
      last = new SoftReference<>(new Made<>(key, value, nanoTime.getAsLong()));
      return value;
    } finally {
      lock.unlock();
    }
  }
}
