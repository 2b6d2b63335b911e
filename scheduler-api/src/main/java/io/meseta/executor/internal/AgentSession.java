package io.meseta.executor.internal;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.executor.Executor;
import io.meseta.executor.ExecutorDriver;
import io.meseta.executor.ExecutorEnvironment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor's side of the executor API.
 *
 * <pre>
 * DISCONNECTED ─► SUBSCRIBING ─► SUBSCRIBED      from each of them: ENDED
 *       ▲______________│_____________│
 * </pre>
 *
 * <p>Everything happens on one thread of its own. Updates are sent one after the other, so that
 * none overtakes another; whatever becomes of such a call, what the agent has not acknowledged is
 * told with the next SUBSCRIBE, so a call that fails ends the connection and no more.
 */
public final class AgentSession {

  private static final Logger log = LoggerFactory.getLogger(AgentSession.class);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);

  private enum State {
    DISCONNECTED,
    SUBSCRIBING,
    SUBSCRIBED,
    ENDED
  }

  private final ExecutorDriver driver;
  private final Executor executor;
  private final ExecutorEnvironment environment;
  private final AgentTransport transport;
  private final CallbackThread callbacks = new CallbackThread();
  private final ScheduledThreadPoolExecutor thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Unacknowledged unacknowledged = new Unacknowledged();

  /** Calls that wait for their turn on this connection; the first is under way. */
  private final ArrayDeque<Call> outbox = new ArrayDeque<>();

  /** The updates that the newest SUBSCRIBE has told. */
  private Set<ByteString> toldWithSubscribe = Set.of();

  private State state = State.DISCONNECTED;
  private boolean everSubscribed;
  private boolean shuttingDown;
  private boolean stopping;

  /** Counts connections: news of an earlier one is ignored. */
  private int connection;

  /** When to give up trying; {@link System#nanoTime} of it. */
  private long giveUpNs;

  /**
   * Does nothing before {@link #start}.
   *
   * @param driver what callbacks are given
   * @param executor is called back
   * @param environment where the agent is
   */
  public AgentSession(ExecutorDriver driver, Executor executor, ExecutorEnvironment environment) {
    this.driver = driver;
    this.executor = executor;
    this.environment = environment;
    this.transport = new AgentTransport(environment.agentEndpoint(), environment.safety());
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "executor-driver");
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Begins to connect. */
  public void start() {
    callbacks.start();
    run(() -> {
      mayTryUntil(environment.recoveryTimeout());
      subscribe();
    });
  }

  private void run(Runnable step) {
    try {
      thread.execute(() -> guarded(step));
    } catch (RejectedExecutionException e) {
      log.debug("The driver has ended", e);
    }
  }

  private void later(Duration after, Runnable step) {
    try {
      var unused = thread.schedule(() -> guarded(step), after.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("The driver has ended", e);
    }
  }

  private static void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      log.error("The executor's driver failed in one step; it goes on with the next", e);
    }
  }

  // ---- the connection ----

  private void mayTryUntil(Duration limit) {
    giveUpNs = System.nanoTime() + limit.toNanos();
  }

  private void subscribe() {
    if (state != State.DISCONNECTED) {
      return;
    }
    state = State.SUBSCRIBING;
    int mine = ++connection;
    toldWithSubscribe = unacknowledged.updateIds();
    transport.subscribe(
        call(Call.Type.SUBSCRIBE).setSubscribe(unacknowledged.toSubscribe()).build(),
        new AgentTransport.Listener() {
          @Override
          public void received(Event event) {
            run(() -> {
              if (mine == connection) {
                handle(event);
              }
            });
          }

          @Override
          public void ended(String reason) {
            run(() -> {
              if (mine == connection) {
                disconnected(reason);
              }
            });
          }
        });
  }

  private Call.Builder call(Call.Type type) {
    return Call.newBuilder()
        .setType(type)
        .setFrameworkId(environment.framework())
        .setExecutorId(environment.executor());
  }

  private void disconnected(String reason) {
    if (state == State.ENDED || state == State.DISCONNECTED) {
      return;
    }
    boolean lost = state == State.SUBSCRIBED;
    state = State.DISCONNECTED;
    outbox.clear();
    transport.closeStream();
    if (lost) {
      log.info("The agent is lost: {}", reason);
      mayTryUntil(environment.recoveryTimeout());
      callbacks.execute(() -> executor.disconnected(driver, reason));
    } else {
      log.debug("Not subscribed: {}", reason);
    }
    if (!environment.checkpoint() || System.nanoTime() - giveUpNs >= 0) {
      log.warn("The agent does not come back: the executor is shut down");
      shutDown();
      return;
    }
    later(nextWait(), this::subscribe);
  }

  /** Anything up to the longest, so that the executors of one agent do not all come at once. */
  private Duration nextWait() {
    long longest = Math.max(environment.backoffMax().toNanos(), 2 * SHORTEST_WAIT.toNanos());
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(SHORTEST_WAIT.toNanos(), longest));
  }

  // ---- events ----

  private void handle(Event event) {
    switch (event.getType()) {
      case SUBSCRIBED -> subscribed(event.getSubscribed());
      case LAUNCH -> {
        unacknowledged.launched(event.getLaunch().getTask());
        callbacks.execute(() -> executor.launch(driver, event.getLaunch().getTask()));
      }
      case LAUNCH_GROUP -> {
        event.getLaunchGroup().getTaskGroup().getTasksList().forEach(unacknowledged::launched);
        callbacks.execute(
            () -> executor.launchGroup(driver, event.getLaunchGroup().getTaskGroup()));
      }
      case KILL ->
          callbacks.execute(() ->
              executor.kill(driver, event.getKill().getTaskId(), gracePeriod(event.getKill())));
      case ACKNOWLEDGED -> {
        unacknowledged.acknowledged(event.getAcknowledged());
        maybeEnd();
      }
      case MESSAGE ->
          callbacks.execute(
              () -> executor.message(driver, event.getMessage().getData().toByteArray()));
      case SHUTDOWN -> shutDown();
      case ERROR -> {
        callbacks.execute(() -> executor.error(driver, event.getError().getMessage()));
        end();
      }
      case HEARTBEAT -> log.debug("The agent is there");
      case UNKNOWN -> log.debug("An event of a type unknown here is ignored");
    }
  }

  private void subscribed(Event.Subscribed event) {
    state = State.SUBSCRIBED;
    if (everSubscribed) {
      callbacks.execute(() -> executor.resubscribed(driver, event.getAgentInfo()));
    } else {
      everSubscribed = true;
      callbacks.execute(() ->
          executor.subscribed(
              driver, event.getExecutorInfo(), event.getFrameworkInfo(), event.getAgentInfo()));
    }
    // What was made between the call and its answer was not in it.
    unacknowledged.updatesWithout(toldWithSubscribe).forEach(this::sendUpdate);
    maybeEnd();
  }

  // ---- calls ----

  /**
   * Any thread.
   *
   * @param sent what the author says
   */
  public void update(TaskStatus sent) {
    TaskStatus.Builder status = sent.toBuilder();
    if (!status.hasUuid()) {
      status.setUuid(newUuid());
    }
    if (!status.hasTimestamp()) {
      status.setTimestamp(System.currentTimeMillis() / 1000.0);
    }
    TaskStatus complete =
        status
            .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
            .setExecutorId(environment.executor())
            .build();
    run(() -> {
      unacknowledged.sent(complete);
      sendUpdate(complete);
    });
  }

  private void sendUpdate(TaskStatus status) {
    send(call(Call.Type.UPDATE).setUpdate(Call.Update.newBuilder().setStatus(status)).build());
  }

  private static ByteString newUuid() {
    UUID uuid = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
    bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits()).flip();
    return ByteString.copyFrom(bytes);
  }

  /**
   * Any thread.
   *
   * @param data for the framework
   */
  public void message(byte[] data) {
    run(() ->
        send(
            call(Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder().setData(ByteString.copyFrom(data)))
                .build()));
  }

  private void send(Call call) {
    if (state != State.SUBSCRIBED) {
      return;
    }
    outbox.add(call);
    if (outbox.size() == 1) {
      sendNext();
    }
  }

  private void sendNext() {
    Call call = outbox.peek();
    if (call == null) {
      return;
    }
    int mine = connection;
    transport.send(
        call,
        (status, problem) ->
            run(() -> {
              if (mine == connection && state == State.SUBSCRIBED) {
                answered(call, status, problem);
              }
            }));
  }

  private void answered(Call call, int status, String problem) {
    if (status == AgentTransport.ACCEPTED) {
      outbox.poll();
      sendNext();
      // The acknowledgement comes on another connection, and may have come first.
      maybeEnd();
      return;
    }
    if (status == AgentTransport.BAD_REQUEST) {
      log.error("The agent refuses {}: {}", call.getType(), problem);
      if (call.hasUpdate()) {
        unacknowledged.refused(call.getUpdate().getStatus());
      }
      outbox.poll();
      sendNext();
      maybeEnd();
      return;
    }
    disconnected("a call failed: " + problem);
  }

  // ---- the end ----

  private void shutDown() {
    if (shuttingDown) {
      return;
    }
    shuttingDown = true;
    callbacks.execute(() -> executor.shutdown(driver));
    later(environment.shutdownGrace(), this::end);
  }

  /** Any thread: ends when all is acknowledged, after the grace period at the latest. */
  public void stop() {
    run(() -> {
      stopping = true;
      later(environment.shutdownGrace(), this::end);
      maybeEnd();
    });
  }

  private void maybeEnd() {
    if (stopping && !unacknowledged.hasUpdates() && outbox.isEmpty()) {
      end();
    }
  }

  private void end() {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    connection++;
    transport.closeStream();
    callbacks.finish(ended::countDown);
  }

  /**
   * Waits until the driver has ended.
   *
   * @throws InterruptedException when interrupted
   */
  public void awaitTermination() throws InterruptedException {
    ended.await();
  }

  /**
   * Waits until the driver has ended.
   *
   * @param limit how long to wait
   * @return whether it has
   * @throws InterruptedException when interrupted
   */
  public boolean awaitTermination(Duration limit) throws InterruptedException {
    return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Any thread: ends at once. */
  public void close() {
    run(this::end);
    thread.shutdown();
    transport.close();
  }

  private static Optional<Duration> gracePeriod(Event.Kill kill) {
    return kill.getKillPolicy().hasGracePeriod()
        ? Optional.of(Duration.ofNanos(kill.getKillPolicy().getGracePeriod().getNanoseconds()))
        : Optional.empty();
  }
}
