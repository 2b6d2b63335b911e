package io.meseta.agent.session;

import io.meseta.agent.container.ContainerExec;
import io.meseta.common.ids.ContainerId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Commands that do what the test says. */
final class FakeExec implements ContainerExec {

  private static final int PATIENCE_SECONDS = 30;

  private final BlockingQueue<Started> commands = new LinkedBlockingQueue<>();
  private final Queue<Started> all = new ConcurrentLinkedQueue<>();
  private volatile String refusal = "";

  /** A command that was started. */
  static final class Started implements ContainerExec.Session {
    final ContainerId container;
    final Command command;
    final Output output;
    final CountDownLatch closed = new CountDownLatch(1);
    final CountDownLatch inputClosed = new CountDownLatch(1);
    final BlockingQueue<TerminalSize> sizes = new LinkedBlockingQueue<>();
    private final CountDownLatch reads = new CountDownLatch(1);
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    private volatile boolean patient = true;
    private volatile boolean endsWhenClosed;

    Started(ContainerId container, Command command, Output output) {
      this.container = container;
      this.command = command;
      this.output = output;
    }

    /** From now on its input is not read, until {@link #readOn}. */
    void stopReading() {
      patient = false;
    }

    /** As a real one does; otherwise the test tells the end. */
    void endWhenClosed() {
      endsWhenClosed = true;
      if (closed.getCount() == 0) {
        output.exited(137);
      }
    }

    void readOn() {
      reads.countDown();
    }

    String input() {
      synchronized (input) {
        return input.toString(StandardCharsets.UTF_8);
      }
    }

    int inputSize() {
      synchronized (input) {
        return input.size();
      }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      if (!patient) {
        awaitReading();
      }
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      synchronized (input) {
        input.writeBytes(copy);
      }
    }

    private void awaitReading() throws IOException {
      try {
        reads.await();
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public void closeInput() {
      inputClosed.countDown();
    }

    @Override
    public void resize(TerminalSize size) {
      sizes.add(size);
    }

    @Override
    public void close() {
      closed.countDown();
      reads.countDown();
      if (endsWhenClosed) {
        output.exited(137);
      }
    }
  }

  /** The next commands cannot be started, for this reason. */
  void refuse(String reason) {
    refusal = reason;
  }

  @Override
  public Session exec(ContainerId container, Command command, Output output) throws IOException {
    if (!refusal.isEmpty()) {
      throw new IOException(refusal);
    }
    Started started = new Started(container, command, output);
    commands.add(started);
    all.add(started);
    return started;
  }

  /** The next command that was started. */
  Started next() throws InterruptedException {
    Started started = commands.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (started == null) {
      throw new AssertionError("no command was started");
    }
    return started;
  }

  /** All that are open now end when they are closed. */
  void endTheRest() {
    all.forEach(Started::endWhenClosed);
  }

  boolean nothingStarted() {
    return commands.isEmpty();
  }
}
