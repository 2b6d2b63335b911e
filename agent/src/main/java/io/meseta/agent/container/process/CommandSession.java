package io.meseta.agent.container.process;

import io.meseta.agent.container.ContainerExec.Output;
import io.meseta.agent.container.ContainerExec.Session;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A further command of a container, under way. */
final class CommandSession implements Session {

  private static final Logger log = LoggerFactory.getLogger(CommandSession.class);
  private static final int BUFFER = 16 * 1024;

  private final Process process;
  private final CommandEnd end;
  private final Optional<Terminal> terminal;
  private final Output output;

  CommandSession(Process process, CommandEnd end, Optional<Terminal> terminal, Output output) {
    this.process = process;
    this.end = end;
    this.terminal = terminal;
    this.output = output;
  }

  /** Hands on what it prints, and its end. */
  void follow() {
    // Platform threads: reading from a pipe or a terminal would hold on to a virtual one's carrier.
    thread("output", this::untilItsEnd).start();
  }

  private Thread thread(String what, Runnable work) {
    Thread thread = new Thread(work, "command-" + process.pid() + "-" + what);
    thread.setDaemon(true);
    return thread;
  }

  private void untilItsEnd() {
    try {
      Thread waiting = thread("end", this::killRest);
      waiting.start();
      if (terminal.isPresent()) {
        terminal.get().read(output::stdout, () -> !process.isAlive());
      } else {
        Thread errors = thread("errors", () -> copy(process.getErrorStream(), this::stderr));
        errors.start();
        copy(process.getInputStream(), this::stdout);
        errors.join();
      }
      waiting.join();
      end.clear();
      terminal.ifPresent(Terminal::close);
      output.exited(process.exitValue());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      output.failed("interrupted");
    } catch (IOException | RuntimeException e) {
      log.warn("A command in a container is given up", e);
      close();
      output.failed(e.toString());
    }
  }

  /** What it leaves running in the background ends with it, and its output with that. */
  private void killRest() {
    try {
      process.waitFor();
      end.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Both outputs have a thread each, and are handed on in turn.
  private synchronized void stdout(ByteBuffer bytes) {
    output.stdout(bytes);
  }

  private synchronized void stderr(ByteBuffer bytes) {
    output.stderr(bytes);
  }

  /**
   * Reads up to the end, which comes when nobody can write any more: {@link #killRest} sees to that
   * for what the command leaves running. What is in the pipe when the process ends the library
   * takes out and gives as if it came from there, as long as nobody closes the stream.
   */
  private static void copy(InputStream from, Consumer<ByteBuffer> to) {
    byte[] buffer = new byte[BUFFER];
    try {
      for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
        to.accept(ByteBuffer.wrap(buffer.clone(), 0, length));
      }
    } catch (IOException e) {
      log.warn("The last of the output of a command in a container is missing", e);
    }
  }

  @Override
  public void write(ByteBuffer input) throws IOException {
    byte[] bytes = new byte[input.remaining()];
    input.get(bytes);
    if (terminal.isPresent()) {
      terminal.get().write(bytes);
    } else {
      OutputStream to = process.getOutputStream();
      to.write(bytes);
      to.flush();
    }
  }

  @Override
  public void closeInput() throws IOException {
    if (terminal.isPresent()) {
      terminal.get().writeEnd();
    } else {
      process.getOutputStream().close();
    }
  }

  @Override
  public void resize(TerminalSize size) {
    terminal.ifPresent(open -> open.resize(size));
  }

  @Override
  public void close() {
    try {
      end.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
