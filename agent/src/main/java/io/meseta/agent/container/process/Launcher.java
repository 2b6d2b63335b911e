package io.meseta.agent.container.process;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell that starts containers: one for the agent, so that a container costs a few forks of a
 * small process, and nothing of the agent's own. It is in a session of its own, and ends by itself
 * when the agent has ended. Any thread.
 */
final class Launcher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Launcher.class);

  private final RunFiles files;
  private final Tools tools;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Process shell;
  private @Nullable OutputStream orders;
  private boolean closed;

  Launcher(RunFiles files, Tools tools) {
    this.files = files;
    this.tools = tools;
  }

  /**
   * Orders the start of a container whose files are written. What becomes of it, the state file
   * says.
   */
  void start(ContainerId container) throws IOException {
    byte[] order = (container.value() + "\n").getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the containerizer is closed");
      }
      try {
        write(order);
      } catch (IOException e) {
        // A broken pipe: it read nothing of this.
        log.warn("The launcher of processes has ended; it is started again", e);
        stop();
        write(order);
      }
    } finally {
      lock.unlock();
    }
  }

  private void write(byte[] order) throws IOException {
    OutputStream to = orders;
    if (to == null || shell == null || !shell.isAlive()) {
      stop();
      to = begin();
    }
    to.write(order);
    to.flush();
  }

  private OutputStream begin() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of(tools.setsid(), "/bin/sh", files.launcherScript().toString()));
    builder.directory(files.directory().toFile());
    builder.environment().clear();
    builder.environment().put("PATH", TaskEnvironment.DEFAULT_PATH);
    builder.redirectErrorStream(true);
    builder.redirectOutput(files.launcherLog().toFile());
    Process begun = builder.start();
    OutputStream to = begun.getOutputStream();
    shell = begun;
    orders = to;
    return to;
  }

  private void stop() {
    if (orders != null) {
      try {
        orders.close();
      } catch (IOException e) {
        log.debug("the launcher had ended", e);
      }
    }
    orders = null;
    shell = null;
  }

  /** Starts nothing more; what was ordered is started. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      stop();
    } finally {
      lock.unlock();
    }
  }
}
