package io.meseta.agent.session;

import com.google.protobuf.ByteString;
import io.meseta.agent.container.ContainerExec;
import io.meseta.agent.http.ProcessStream;
import io.meseta.api.v1.agent.ProcessIO;
import io.meseta.common.ids.ContainerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command inside a container, and those who read its output: the one who launched it, with whom
 * it lives and dies, and those who were attached later.
 *
 * <p>Any thread. What the command prints waits for the slowest reader, until that one is dropped.
 */
final class Session implements ContainerExec.Output {

  private static final Logger log = LoggerFactory.getLogger(Session.class);

  /**
   * How a command ended.
   *
   * @param code 128 + n for signal n; null if it is not known
   * @param failure why not
   */
  record End(@Nullable Integer code, String failure) {}

  private final ContainerId id;
  private final SessionOptions options;
  private final Runnable onEnd;
  private final List<ProcessStream> readers = new CopyOnWriteArrayList<>();
  private final CountDownLatch firstReader = new CountDownLatch(1);
  private final Map<Object, CompletableFuture<End>> waiters = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicReference<@Nullable End> end = new AtomicReference<>();
  private final AtomicReference<@Nullable SessionInput> input = new AtomicReference<>();
  private final CompletableFuture<ContainerExec.Session> process = new CompletableFuture<>();

  /**
   * @param onEnd run once, when the command has ended
   */
  Session(ContainerId id, SessionOptions options, Runnable onEnd) {
    this.id = id;
    this.options = options;
    this.onEnd = onEnd;
  }

  ContainerId id() {
    return id;
  }

  /** The command runs. */
  void started(ContainerExec.Session running) {
    process.complete(running);
    if (closed.get()) {
      running.close();
    }
  }

  boolean hasStarted() {
    return process.isDone();
  }

  /** Only of a session that has started. */
  ContainerExec.Session process() {
    return process.join();
  }

  /**
   * Completes when the command has ended; to be cancelled by who does not want to know any more.
   */
  CompletableFuture<End> awaitEnd() {
    CompletableFuture<End> waiter = new CompletableFuture<>();
    Object key = new Object();
    waiters.put(key, waiter);
    End known = end.get();
    if (known != null) {
      waiter.complete(known);
    }
    var unused = waiter.whenComplete((how, failure) -> waiters.remove(key));
    return waiter;
  }

  boolean hasEnded() {
    return end.get() != null;
  }

  /** Adds the one who launched it. */
  void owner(ProcessStream stream) {
    add(stream);
    firstReader.countDown();
    stream.onClose(this::close);
  }

  /** Adds a reader, who gets what is printed from now on. */
  void attach(ProcessStream stream) {
    add(stream);
  }

  private void add(ProcessStream stream) {
    readers.add(stream);
    // Whoever has seen it misses nothing that is printed from then on.
    stream.send(ProcessIos.heartbeat(options.heartbeat()));
    stream.onClose(() -> readers.remove(stream));
    if (hasEnded()) {
      stream.close();
    }
  }

  void beat() {
    ProcessIO heartbeat = ProcessIos.heartbeat(options.heartbeat());
    readers.forEach(reader -> reader.send(heartbeat));
  }

  /** Takes the place of the one client whose input the command reads; false if it is taken. */
  boolean attachInput(SessionInput newInput) {
    boolean attached = input.compareAndSet(null, newInput);
    if (hasEnded()) {
      // Nobody reads it, and clients that come too late are no fault.
      newInput.abandoned();
      return true;
    }
    return attached;
  }

  void detachInput(SessionInput oldInput) {
    input.compareAndSet(oldInput, null);
  }

  // ---- from the command

  @Override
  public void stdout(ByteBuffer bytes) {
    print(ProcessIO.Data.Type.STDOUT, bytes);
  }

  @Override
  public void stderr(ByteBuffer bytes) {
    print(ProcessIO.Data.Type.STDERR, bytes);
  }

  private void print(ProcessIO.Data.Type stream, ByteBuffer bytes) {
    if (awaitFirstReader()) {
      boolean unused = ProcessIos.cut(stream, bytes, this::send);
    }
  }

  /** A command may print, and end, before the one who launched it has been answered. */
  private boolean awaitFirstReader() {
    try {
      firstReader.await();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean send(ProcessIO record) {
    List<ProcessStream> dropped = new ArrayList<>();
    try {
      for (ProcessStream reader : readers) {
        if (!reader.awaitRoom(options.slowReader()) || !reader.send(record)) {
          dropped.add(reader);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    if (!dropped.isEmpty()) {
      log.info("session {}: {} clients have gone, or do not read", id, dropped.size());
      readers.removeAll(dropped);
      dropped.forEach(ProcessStream::abort);
    }
    return !readers.isEmpty();
  }

  @Override
  public void exited(int code) {
    finish(new End(code, ""));
  }

  @Override
  public void failed(String reason) {
    log.warn("session {}: how its command ended is not known: {}", id, reason);
    // The only way to tell somebody who reads: the stream itself knows data and heartbeats only.
    ByteString sentence =
        ByteString.copyFrom(
            "meseta: the session broke off: " + reason + "\n", StandardCharsets.UTF_8);
    ProcessIO record = ProcessIos.data(ProcessIO.Data.Type.STDERR, sentence);
    if (awaitFirstReader()) {
      readers.forEach(reader -> reader.send(record));
    }
    finish(new End(null, reason));
  }

  private void finish(End how) {
    if (!end.compareAndSet(null, how)) {
      return;
    }
    waiters.values().forEach(waiter -> waiter.complete(how));
    readers.forEach(ProcessStream::close);
    SessionInput attached = input.get();
    if (attached != null) {
      attached.abandoned();
    }
    onEnd.run();
  }

  // ---- the end

  /** Ends the command by force. Returns at once. */
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    firstReader.countDown();
    if (process.isDone() && !hasEnded()) {
      // Ending a command may have to ask the engine.
      Thread.ofVirtual().name("session-end").start(() -> process.join().close());
    }
  }
}
