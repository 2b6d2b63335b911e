package io.meseta.scheduler.internal;

import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.runtime.EventLoop;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.SchedulerException;
import io.meseta.scheduler.internal.SchedulerEvent.Answer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver: a loop that drives a {@link SchedulerCore}, the transport that it speaks through, and
 * the thread that calls the author back.
 */
public final class DriverRuntime implements SchedulerDriver {

  private static final Logger log = LoggerFactory.getLogger(DriverRuntime.class);

  /** Inputs of authors that may wait for the loop, which is fast: more is a runaway. */
  private static final int INBOX_LIMIT = 10_000;

  private static final int BATCH_LIMIT = 256;

  /** With this many callbacks waiting, the stream is not read any further … */
  private static final int BACKLOG_HIGH = 4_000;

  /** … until this few are left. */
  private static final int BACKLOG_LOW = 1_000;

  /** How long {@link #close} waits beyond the time that calls under way may take. */
  private static final Duration CLOSE_MARGIN = Duration.ofSeconds(15);

  private final DriverOptions options;
  private final EventLoop<SchedulerEvent, SchedulerEffect, SchedulerTimer> loop;
  private final PendingCalls calls;
  private final CallbackThread callbackThread;
  private final Callbacks callbacks;
  private final AtomicBoolean started = new AtomicBoolean();

  /** Completed when the author has been told everything; exceptionally after an error. */
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  /** Completed when sockets and sessions are closed. */
  private final CompletableFuture<Void> released = new CompletableFuture<>();

  /** Guards the two fields below: the brake is pulled by one thread and released by another. */
  private final Object brake = new Object();

  private MasterTransport.@Nullable Stream stream;
  private boolean paused;

  /** Loop thread only. */
  private boolean ended;

  public DriverRuntime(DriverOptions options) {
    this.options = options;
    String name = "meseta-" + options.name();
    this.calls = new PendingCalls(name + "-calls");
    this.callbackThread = new CallbackThread(name + "-callbacks", this::resumeIfDrained);
    this.callbacks = new Callbacks(this, options.scheduler(), this::updateHandled);
    this.loop =
        new EventLoop<>(
            new SchedulerCore(options.subscription(), options.core()),
            this::run,
            new EventLoop.LoopOptions<>(
                name + "-driver",
                InstantSource.system(),
                INBOX_LIMIT,
                BATCH_LIMIT,
                SchedulerEvent.TimerFired::new,
                this::coreFailed));
  }

  // ---------------------------------------------------------------- the author's side

  @Override
  public SchedulerDriver start() {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("A driver can be started only once; build another one");
    }
    callbackThread.start();
    loop.start();
    loop.post(SchedulerEvent.Started::new);
    options
        .leaders()
        .start(leader -> loop.post(at -> new SchedulerEvent.LeaderChanged(at, leader)));
    return this;
  }

  @Override
  public CompletionStage<Void> call(Call call) {
    CallRules.check(call);
    PendingCalls.Pending pending = calls.add();
    if (!started.get()) {
      calls.fail(pending.id(), CallFailure.notConnected("the driver has not been started"));
    } else if (!loop.offer(at -> new SchedulerEvent.CallRequested(at, pending.id(), call))) {
      calls.fail(
          pending.id(),
          CallFailure.notConnected("the driver has ended, or calls come faster than it can work"));
    }
    return pending.future();
  }

  @Override
  public Executor callbackExecutor() {
    return callbackThread;
  }

  @Override
  public void stop() {
    if (started.compareAndSet(false, true)) {
      // Never started: there is nothing but the transport to give back.
      terminated.complete(null);
      release();
    } else {
      loop.post(SchedulerEvent.StopRequested::new);
    }
  }

  @Override
  public void awaitTermination() throws InterruptedException {
    await(Duration.ofNanos(Long.MAX_VALUE));
  }

  @Override
  public boolean awaitTermination(Duration limit) throws InterruptedException {
    return await(limit);
  }

  private boolean await(Duration limit) throws InterruptedException {
    if (callbackThread.isCurrent()) {
      throw new IllegalStateException(
          "A callback cannot wait for the end of its driver; wait on another thread");
    }
    try {
      terminated.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new SchedulerException(String.valueOf((cause == null ? e : cause).getMessage()), e);
    }
  }

  @Override
  public void close() {
    stop();
    if (callbackThread.isCurrent()) {
      return;
    }
    Duration limit = options.core().timing().requestLimit().plus(CLOSE_MARGIN);
    try {
      CompletableFuture.allOf(terminated.exceptionally(alreadyTold -> null), released)
          .get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.warn("The driver has not ended within {}; a callback may be stuck", limit);
    } catch (ExecutionException e) {
      log.warn("The driver could not give back everything", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---------------------------------------------------------------- effects, on the loop thread

  private void run(SchedulerEffect effect) {
    if (effect instanceof SchedulerEffect.SendCall send) {
      options.transport().send(send, new CallAnswers(send.callId()));
    } else if (effect instanceof SchedulerEffect.Deliver deliver) {
      callbackThread.execute(() -> callbacks.deliver(deliver.notice()));
    } else if (effect instanceof SchedulerEffect.CompleteCall complete) {
      calls.complete(complete.callId());
    } else if (effect instanceof SchedulerEffect.FailCall fail) {
      calls.fail(fail.callId(), fail.failure());
    } else if (effect instanceof SchedulerEffect.SetTimer set) {
      loop.setTimer(set.timer(), set.after());
    } else if (effect instanceof SchedulerEffect.CancelTimer cancel) {
      loop.cancelTimer(cancel.timer());
    } else if (effect instanceof SchedulerEffect.OpenStream open) {
      openStream(open);
    } else if (effect instanceof SchedulerEffect.CloseStream) {
      closeStream();
    } else if (effect instanceof SchedulerEffect.Terminate terminate) {
      terminate(terminate.error());
    } else {
      throw new IllegalStateException("no way to carry out " + effect);
    }
  }

  private void openStream(SchedulerEffect.OpenStream open) {
    StreamEvents events = new StreamEvents(open.attempt());
    MasterTransport.Stream opened =
        options.transport().subscribe(open.master(), open.subscribe(), events);
    synchronized (brake) {
      stream = opened;
      paused = false;
    }
  }

  private void closeStream() {
    MasterTransport.Stream closed;
    synchronized (brake) {
      closed = stream;
      stream = null;
    }
    if (closed != null) {
      closed.close();
    }
  }

  private void coreFailed(Throwable cause) {
    String message = "the driver is broken: " + cause;
    callbackThread.execute(() -> callbacks.deliver(new Notice.Failed(message)));
    closeStream();
    terminate(Optional.of(message));
  }

  private void terminate(Optional<String> error) {
    if (ended) {
      return;
    }
    ended = true;
    loop.close();
    calls.failAll(CallFailure.notConnected("the driver has ended"));
    callbackThread.finish(() -> tellTerminated(error));
    release();
  }

  private void tellTerminated(Optional<String> error) {
    error.ifPresentOrElse(
        message -> terminated.completeExceptionally(new SchedulerException(message)),
        () -> terminated.complete(null));
  }

  /** Closing may take seconds (a ZooKeeper that does not answer), which nobody has to wait for. */
  private void release() {
    Thread closer =
        new Thread(
            () -> {
              try (LeaderSource leaders = options.leaders();
                  MasterTransport transport = options.transport()) {
                log.debug("Closing {} and {}", leaders, transport);
              } finally {
                released.complete(null);
              }
            },
            "meseta-" + options.name() + "-close");
    closer.setDaemon(true);
    closer.start();
  }

  // ---------------------------------------------------------------- what comes back

  private void updateHandled(TaskStatus status) {
    loop.post(at -> new SchedulerEvent.UpdateHandled(at, status));
  }

  private void pauseIfBehind() {
    synchronized (brake) {
      int waiting = callbackThread.backlog();
      if (!paused && stream != null && waiting > BACKLOG_HIGH) {
        paused = true;
        log.warn("{} callbacks wait; reading no further events until they are through", waiting);
        stream.pause();
      }
    }
  }

  private void resumeIfDrained() {
    synchronized (brake) {
      if (paused && stream != null && callbackThread.backlog() < BACKLOG_LOW) {
        paused = false;
        stream.resume();
      }
    }
  }

  private final class StreamEvents implements MasterTransport.StreamListener {
    private final long attempt;

    StreamEvents(long attempt) {
      this.attempt = attempt;
    }

    @Override
    public void opened(Optional<String> streamId) {
      loop.post(at -> new SchedulerEvent.StreamOpened(at, attempt, streamId));
    }

    @Override
    public void refused(Answer answer) {
      loop.post(at -> new SchedulerEvent.StreamRefused(at, attempt, answer));
    }

    @Override
    public void received(Event event) {
      loop.post(at -> new SchedulerEvent.EventReceived(at, attempt, event));
      pauseIfBehind();
    }

    @Override
    public void ended(String reason) {
      loop.post(at -> new SchedulerEvent.StreamEnded(at, attempt, reason));
    }
  }

  private final class CallAnswers implements MasterTransport.AnswerListener {
    private final long callId;

    CallAnswers(long callId) {
      this.callId = callId;
    }

    @Override
    public void answered(Answer answer) {
      loop.post(at -> new SchedulerEvent.CallAnswered(at, callId, answer));
    }

    @Override
    public void unanswered(SchedulerEvent.CallUnanswered.Sent sent, String reason) {
      loop.post(at -> new SchedulerEvent.CallUnanswered(at, callId, sent, reason));
    }
  }
}
