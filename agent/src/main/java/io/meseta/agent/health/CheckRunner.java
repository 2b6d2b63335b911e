package io.meseta.agent.health;

import io.meseta.agent.container.ContainerExec;
import io.meseta.common.config.Durations;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks tasks, each question on a virtual thread of its own; every one is answered once, within its
 * timeout.
 *
 * <p>Commands are started by the container engine, which costs it far more than a connection costs
 * the agent: only so many run at once, and the wait for a turn counts as time of the question.
 *
 * <p>Any thread may call.
 */
public final class CheckRunner implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CheckRunner.class);
  private static final int COMMANDS_AT_ONCE = 8;

  private final ContainerExec exec;
  private final BiConsumer<CheckRequest, CheckAnswer> answers;
  private final HttpCheck http = new HttpCheck();
  private final Semaphore commandTurns = new Semaphore(COMMANDS_AT_ONCE, true);
  private final Set<Thread> asking = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Made, not started: it has no thread of its own.
   *
   * @param exec runs commands inside containers
   * @param answers is told each answer, on the thread that asked; must not block
   */
  public CheckRunner(ContainerExec exec, BiConsumer<CheckRequest, CheckAnswer> answers) {
    this.exec = exec;
    this.answers = answers;
  }

  /** Asks; returns at once. */
  public void ask(CheckRequest request) {
    if (!closed) {
      Thread.ofVirtual().name("check-" + request.container()).start(() -> answer(request));
    }
  }

  private void answer(CheckRequest request) {
    asking.add(Thread.currentThread());
    try {
      CheckAnswer answer = untilTimeout(request);
      if (!closed) {
        answers.accept(request, answer);
      }
    } catch (InterruptedException e) {
      log.debug("container {}: check given up, as the agent ends", request.container(), e);
    } finally {
      asking.remove(Thread.currentThread());
    }
  }

  private CheckAnswer untilTimeout(CheckRequest request) throws InterruptedException {
    long deadline = System.nanoTime() + request.timeout().toNanos();
    try {
      return switch (request.target()) {
        case CheckTarget.Command command -> command(request, command, deadline);
        case CheckTarget.Http page -> page(request, page);
        case CheckTarget.Tcp port -> connect(port, request.timeout().toMillis());
      };
    } catch (RuntimeException e) {
      log.error("container {}: a fault of the agent in a check", request.container(), e);
      return new CheckAnswer.None("a fault of the agent: " + e);
    }
  }

  /**
   * On another thread, as a task that answers bit by bit would keep a reader for ever: an interrupt
   * closes the socket that a virtual thread reads from.
   */
  private CheckAnswer page(CheckRequest request, CheckTarget.Http page)
      throws InterruptedException {
    CompletableFuture<CheckAnswer> end = new CompletableFuture<>();
    Thread reader =
        Thread.ofVirtual()
            .name("check-page-" + request.container())
            .start(() -> end.complete(http.ask(page, request.timeout())));
    try {
      return end.get(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.debug("container {}: check timed out", request.container(), e);
      return new CheckAnswer.None("no whole answer within " + Durations.print(request.timeout()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("completed by values only", e);
    } finally {
      reader.interrupt();
    }
  }

  private static CheckAnswer connect(CheckTarget.Tcp port, long timeoutMillis) {
    InetSocketAddress address = new InetSocketAddress(port.host(), port.port());
    try (Socket socket = new Socket()) {
      socket.connect(address, Math.clamp(timeoutMillis, 1, Integer.MAX_VALUE));
      return new CheckAnswer.Connected();
    } catch (IOException e) {
      log.debug("no connection to {}", address, e);
      return new CheckAnswer.Refused(
          "port " + port.port() + " of " + port.host() + ": " + reason(e));
    }
  }

  private CheckAnswer command(CheckRequest request, CheckTarget.Command target, long deadline)
      throws InterruptedException {
    if (!commandTurns.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      return new CheckAnswer.None(
          "other checks with commands took all of its " + Durations.print(request.timeout()));
    }
    try {
      return runCommand(request, target, deadline);
    } finally {
      commandTurns.release();
    }
  }

  private CheckAnswer runCommand(CheckRequest request, CheckTarget.Command target, long deadline)
      throws InterruptedException {
    CompletableFuture<CheckAnswer> end = new CompletableFuture<>();
    ContainerExec.Command command = CheckCommand.of(target.command());
    try (ContainerExec.Session session =
        exec.exec(request.container(), command, new EndOnly(end))) {
      session.closeInput();
      return end.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (IOException e) {
      log.debug("container {}: check not started", request.container(), e);
      return new CheckAnswer.None("the command could not be started: " + reason(e));
    } catch (TimeoutException e) {
      log.debug("container {}: check timed out", request.container(), e);
      return new CheckAnswer.None(
          "the command did not end within " + Durations.print(request.timeout()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("completed by values only", e);
    }
  }

  static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** Gives up all questions; none is answered any more. */
  @Override
  public void close() {
    closed = true;
    List.copyOf(asking).forEach(Thread::interrupt);
  }

  /** What a check prints is of no interest, and must not hold it up. */
  private record EndOnly(CompletableFuture<CheckAnswer> end) implements ContainerExec.Output {

    @Override
    public void stdout(ByteBuffer bytes) {
      log.trace("a check printed {} bytes", bytes.remaining());
    }

    @Override
    public void stderr(ByteBuffer bytes) {
      log.trace("a check complained in {} bytes", bytes.remaining());
    }

    @Override
    public void exited(int code) {
      end.complete(new CheckAnswer.ExitCode(code));
    }

    @Override
    public void failed(String reason) {
      end.complete(new CheckAnswer.None(reason));
    }
  }
}
