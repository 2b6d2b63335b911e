package io.meseta.agent.session;

import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.http.CallRefusedException;
import io.meseta.agent.http.ContainerCalls;
import io.meseta.agent.http.ProcessStream;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Call.LaunchNestedContainerSession;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.net.RecordUpload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of an agent: those under way, bounded in number, and how the last ones ended.
 *
 * <p>Any thread.
 */
public final class Sessions implements ContainerCalls, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private final ContainerExec exec;
  private final RunningContainers containers;
  private final SessionOptions options;
  private final Semaphore attachments;
  private final Set<TaskOutput> outputs = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService heartbeats =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("agent-heartbeat").daemon().factory());

  /** In the order in which they began; the lock of this and of {@code open}. */
  private final Map<ContainerId, Session> sessions = new LinkedHashMap<>();

  private int open;

  /** Starts the heartbeats. */
  public Sessions(ContainerExec exec, RunningContainers containers, SessionOptions options) {
    this.exec = exec;
    this.containers = containers;
    this.options = options;
    this.attachments = new Semaphore(options.maxSessions());
    long period = options.heartbeat().toNanos();
    var unused =
        heartbeats.scheduleWithFixedDelay(this::beat, period, period, TimeUnit.NANOSECONDS);
  }

  private void beat() {
    try {
      all().stream().filter(session -> !session.hasEnded()).forEach(Session::beat);
      outputs.forEach(TaskOutput::beat);
    } catch (RuntimeException e) {
      log.error("heartbeats failed; the next ones come all the same", e);
    }
  }

  @Override
  public void stream(Call call, InetSocketAddress client, Answer answer)
      throws InterruptedException {
    if (call.getType() == Call.Type.LAUNCH_NESTED_CONTAINER_SESSION) {
      launch(call.getLaunchNestedContainerSession(), client, answer);
    } else {
      attachOutput(
          ContainerId.of(call.getAttachContainerOutput().getContainerId()), client, answer);
    }
  }

  // ---- launching

  private void launch(LaunchNestedContainerSession call, InetSocketAddress client, Answer answer)
      throws InterruptedException {
    ContainerId id = ContainerId.of(call.getContainerId());
    ContainerId parent = Objects.requireNonNull(id.parent(), "validated");
    RunningContainers.Running running =
        containers
            .find(parent)
            .orElseThrow(() ->
                new CallRefusedException(
                    404, "Unable to locate executor for parent container " + parent));
    ContainerExec.Command command = Commands.of(call);
    Session session = reserve(id);
    try {
      session.started(exec.exec(parent, command, session));
    } catch (IOException e) {
      forget(session);
      throw new CallRefusedException(
          409, "The command cannot be started in container " + parent + ": " + e.getMessage());
    } catch (InterruptedException | RuntimeException e) {
      forget(session);
      throw e;
    }
    log.info(
        "{} runs {} in container {} of task {}, as session {}",
        client,
        printable(command.argv().getFirst()),
        parent,
        running.task(),
        id.value());
    try {
      session.owner(answer.open());
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** Clients choose the names of programs: they must not be able to write lines of our log. */
  private static String printable(String text) {
    String shown = text.replaceAll("[^\\x20-\\x7e]", "?");
    return shown.length() <= 100 ? shown : shown.substring(0, 100) + "…";
  }

  private Session reserve(ContainerId id) {
    synchronized (sessions) {
      if (sessions.containsKey(id)) {
        throw new CallRefusedException(409, "There is or was a session " + id + " already");
      }
      if (open >= options.maxSessions()) {
        throw new CallRefusedException(
            503, "The agent has " + open + " sessions open, which is --max_sessions: try again");
      }
      open++;
      Session session = new Session(id, options, this::ended);
      sessions.put(id, session);
      return session;
    }
  }

  private void forget(Session session) {
    synchronized (sessions) {
      sessions.remove(session.id());
      open--;
    }
  }

  /** Keeps how the last ones ended. */
  private void ended() {
    synchronized (sessions) {
      open--;
      int surplus = sessions.size() - open - options.remembered();
      var each = sessions.values().iterator();
      while (surplus > 0 && each.hasNext()) {
        if (each.next().hasEnded()) {
          each.remove();
          surplus--;
        }
      }
    }
  }

  private List<Session> all() {
    synchronized (sessions) {
      return new ArrayList<>(sessions.values());
    }
  }

  private Optional<Session> find(ContainerId id) {
    synchronized (sessions) {
      return Optional.ofNullable(sessions.get(id)).filter(Session::hasStarted);
    }
  }

  private static CallRefusedException notFound(ContainerId id) {
    return new CallRefusedException(404, "Container " + id + " cannot be found");
  }

  // ---- attaching

  private void attachOutput(ContainerId id, InetSocketAddress client, Answer answer) {
    Optional<Session> session = find(id);
    Optional<RunningContainers.Running> running = containers.find(id);
    if (session.isEmpty() && running.isEmpty()) {
      throw notFound(id);
    }
    if (!attachments.tryAcquire()) {
      throw new CallRefusedException(
          503,
          "The agent has "
              + options.maxSessions()
              + " outputs attached, which is --max_sessions: try again");
    }
    ProcessStream stream = answer.open();
    log.info("{} reads the output of container {}", client, id);
    if (session.isPresent()) {
      stream.onClose(attachments::release);
      session.get().attach(stream);
    } else {
      TaskOutput output = new TaskOutput(id, containers, options, stream);
      outputs.add(output);
      output.start(
          running.orElseThrow().sandbox(),
          () -> {
            outputs.remove(output);
            attachments.release();
          });
    }
  }

  @Override
  public Input attachInput(ContainerId id, InetSocketAddress client, RecordUpload records) {
    Optional<Session> session = find(id);
    if (session.isEmpty()) {
      throw containers.find(id).isPresent()
          ? new CallRefusedException(
              501,
              "A task has no input that can be attached: run a command in its container by"
                  + " LAUNCH_NESTED_CONTAINER_SESSION, and attach to that")
          : notFound(id);
    }
    SessionInput input = new SessionInput(session.get(), records);
    if (!session.get().attachInput(input)) {
      throw new CallRefusedException(
          409, "There is a client already whose input container " + id + " reads");
    }
    log.debug("{} writes the input of session {}", client, id);
    input.begin();
    return input;
  }

  // ---- waiting, killing, removing

  @Override
  public CompletableFuture<Optional<Response>> answer(Call call, InetSocketAddress client) {
    ContainerId id = EndCalls.containerOf(call);
    Session session =
        find(id)
            .orElseThrow(() ->
                containers.find(id).isPresent()
                    ? new CallRefusedException(
                        501,
                        "Call "
                            + call.getType()
                            + " is about sessions: the end of a task is told to its framework,"
                            + " and its framework or an operator kills it")
                    : notFound(id));
    return switch (EndCalls.kindOf(call)) {
      case WAIT -> EndCalls.await(session, call.getType());
      case KILL -> {
        log.info("{} kills session {}", client, id);
        yield EndCalls.kill(session, EndCalls.signalOf(call));
      }
      case REMOVE -> {
        EndCalls.requireEnded(session);
        synchronized (sessions) {
          sessions.remove(id, session);
        }
        yield CompletableFuture.completedFuture(Optional.empty());
      }
    };
  }

  /** Ends all sessions, as nobody could attach to them any more; waits a little for their ends. */
  @Override
  public void close() {
    heartbeats.shutdownNow();
    outputs.forEach(TaskOutput::close);
    List<Session> left = all().stream().filter(session -> !session.hasEnded()).toList();
    left.forEach(Session::close);
    CompletableFuture<?>[] ends =
        left.stream()
            .filter(Session::hasStarted)
            .map(Session::awaitEnd)
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(END_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.warn("commands inside containers are still being ended; some may go on without input");
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end cannot fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
