package io.meseta.agent.container.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives every call to the engine a time limit, and its failure a meaning.
 *
 * <p>A call runs on a virtual thread of its own, because the client's transport knows no time
 * limits on Unix sockets. When the time is over the thread is interrupted, which closes its socket.
 * (The transport reads JDK socket channels, where a blocked virtual thread does not hold a platform
 * thread.)
 */
final class EngineCalls implements AutoCloseable {

  /** A call that blocks. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws IOException;
  }

  /** A call without an answer. */
  @FunctionalInterface
  interface VoidCall {
    void run() throws IOException;
  }

  private static final int SERVER_ERROR = 500;
  private static final Pattern JSON_MESSAGE =
      Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  private final EngineHealth health;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("engine-call-", 0).factory());

  EngineCalls(EngineHealth health) {
    this.health = health;
  }

  void run(String what, Duration limit, VoidCall call)
      throws EngineException, InterruptedException {
    call(
        what,
        limit,
        () -> {
          call.run();
          return Boolean.TRUE;
        });
  }

  <T> T call(String what, Duration limit, Call<T> call)
      throws EngineException, InterruptedException {
    Future<T> future;
    try {
      future = threads.submit(call::run);
    } catch (RejectedExecutionException e) {
      throw new InterruptedException("closed");
    }
    try {
      T answer = future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      health.answered();
      return answer;
    } catch (TimeoutException e) {
      String why = what + ": no answer within " + limit.toMillis() + " ms";
      health.silent(why);
      throw new EngineException(EngineException.Kind.UNAVAILABLE, why, e);
    } catch (ExecutionException e) {
      if (threads.isShutdown()) {
        throw new InterruptedException("closed");
      }
      throw translate(what, e.getCause());
    } catch (CancellationException e) {
      throw new InterruptedException("closed");
    } finally {
      future.cancel(true);
    }
  }

  private EngineException translate(String what, @Nullable Throwable cause) {
    if (cause instanceof NotModifiedException) {
      // The container is in the wanted state already.
      health.answered();
      return new EngineException(EngineException.Kind.CONFLICT, what + ": already so", cause);
    }
    if (cause instanceof DockerException refusal) {
      health.answered();
      EngineException.Kind kind =
          switch (refusal) {
            case NotFoundException e -> EngineException.Kind.NOT_FOUND;
            case ConflictException e -> EngineException.Kind.CONFLICT;
            default ->
                refusal.getHttpStatus() >= SERVER_ERROR
                    ? EngineException.Kind.FAILED
                    : EngineException.Kind.REFUSED;
          };
      return new EngineException(kind, what + ": " + messageOf(refusal), cause);
    }
    String why = what + ": " + reason(cause);
    if (isConnectionTrouble(cause)) {
      health.silent(why);
      return new EngineException(EngineException.Kind.UNAVAILABLE, why, cause);
    }
    return new EngineException(EngineException.Kind.REFUSED, why, cause);
  }

  private static boolean isConnectionTrouble(@Nullable Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof IOException || each instanceof UncheckedIOException) {
        return true;
      }
    }
    return false;
  }

  /** The engine's own words, without the JSON and the status line around them. */
  private static String messageOf(DockerException refusal) {
    String text = String.valueOf(refusal.getMessage());
    Matcher matcher = JSON_MESSAGE.matcher(text);
    return matcher.find() ? unescape(matcher.group(1)) : text.strip();
  }

  private static String unescape(String json) {
    return json.replace("\\\"", "\"").replace("\\n", " ").strip();
  }

  /** The innermost cause in a few words; the engine's own where it is the engine's refusal. */
  static String reason(@Nullable Throwable cause) {
    if (cause instanceof DockerException refusal) {
      return messageOf(refusal);
    }
    Throwable root = cause;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return root == null
        ? "failed"
        : root.getClass().getSimpleName()
            + (root.getMessage() == null ? "" : ": " + root.getMessage());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
