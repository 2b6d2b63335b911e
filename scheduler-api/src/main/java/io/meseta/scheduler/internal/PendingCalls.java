package io.meseta.scheduler.internal;

import io.meseta.scheduler.CallOutcomeUnknownException;
import io.meseta.scheduler.CallRefusedException;
import io.meseta.scheduler.NotConnectedException;
import io.meseta.scheduler.SchedulerException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The futures that authors hold.
 *
 * <p>They are completed on a thread of their own: on the loop, an author's function could hold up
 * everything; on the callback thread, an author who waits for a future within a callback would wait
 * for ever.
 */
final class PendingCalls {

  /** An open call. */
  record Pending(long id, CompletableFuture<Void> future) {}

  private final Map<Long, CompletableFuture<Void>> open = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong();
  private final ThreadPoolExecutor completions;

  PendingCalls(String threadName) {
    completions =
        new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
    // So it needs no shutdown, and a completion that comes late finds it working.
    completions.allowCoreThreadTimeOut(true);
  }

  Pending add() {
    Pending pending = new Pending(nextId.getAndIncrement(), new CompletableFuture<>());
    open.put(pending.id(), pending.future());
    return pending;
  }

  void complete(long id) {
    CompletableFuture<Void> future = open.remove(id);
    if (future != null) {
      completions.execute(() -> future.complete(null));
    }
  }

  void fail(long id, CallFailure failure) {
    CompletableFuture<Void> future = open.remove(id);
    if (future != null) {
      completions.execute(() -> future.completeExceptionally(exception(failure)));
    }
  }

  void failAll(CallFailure failure) {
    List.copyOf(open.keySet()).forEach(id -> fail(id, failure));
  }

  private static SchedulerException exception(CallFailure failure) {
    return switch (failure.kind()) {
      case NOT_CONNECTED -> new NotConnectedException(failure.reason());
      case REFUSED -> new CallRefusedException(failure.status(), failure.reason());
      case OUTCOME_UNKNOWN -> new CallOutcomeUnknownException(failure.reason());
    };
  }
}
