package io.meseta.agent.container.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import io.meseta.agent.container.ContainerExec.Output;
import io.meseta.agent.container.ContainerExec.Session;
import io.meseta.agent.container.ContainerExec.TerminalSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command under way: a thread copies its output, and asks in the end how it ended. */
final class DockerExecSession implements Session {

  private static final Logger log = LoggerFactory.getLogger(DockerExecSession.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

  /** What Ctrl-D types; a terminal has no other end of input. */
  private static final byte END_OF_TRANSMISSION = 4;

  /**
   * What was started.
   *
   * @param id the engine's
   * @param container the engine's name of the container
   * @param mark a variable of the environment of all processes of this command
   */
  record Started(String id, String container, String mark) {}

  private final Engine engine;
  private final Started started;
  private final HijackedStream stream;
  private final Output output;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean terminal;

  DockerExecSession(Engine engine, Started started, HijackedStream stream, Output output) {
    this.engine = engine;
    this.started = started;
    this.stream = stream;
    this.output = output;
  }

  void begin(Optional<TerminalSize> size) {
    terminal = size.isPresent();
    Thread.ofVirtual().name("exec-output").start(this::follow);
    // Engines of old know no size at the start.
    size.ifPresent(this::resize);
  }

  private void follow() {
    try (stream) {
      if (terminal) {
        ExecFrames.copyTerminal(stream, output);
      } else {
        ExecFrames.copy(stream, output);
      }
    } catch (IOException e) {
      log.debug("container {}: the stream of a command broke off", started.container(), e);
    } catch (RuntimeException e) {
      log.error("container {}: the output of a command is copied no more", started.container(), e);
    }
    tellEnd();
  }

  private void tellEnd() {
    try {
      int code = awaitExitCode();
      // From here on there is nothing to be ended, and looking for it would not be for free.
      closed.set(true);
      output.exited(code);
    } catch (EngineException e) {
      output.failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      output.failed("the agent stops");
    }
  }

  /** The stream ends a moment before the command does. */
  private int awaitExitCode() throws EngineException, InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      InspectExecResponse found =
          engine.withinLimit(
              engine.options().limits().start(), () -> DockerExec.inspect(engine, started.id()));
      Long code = found.getExitCodeLong();
      if (!Boolean.TRUE.equals(found.isRunning()) && code != null) {
        return code.intValue();
      }
      Thread.sleep(pause);
      pause = pause.compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
    }
  }

  @Override
  public void write(ByteBuffer input) throws IOException {
    stream.write(input);
  }

  @Override
  public void closeInput() throws IOException {
    if (terminal) {
      stream.write(ByteBuffer.wrap(new byte[] {END_OF_TRANSMISSION}));
    } else {
      stream.endOutput();
    }
  }

  @Override
  public void resize(TerminalSize size) {
    if (!terminal) {
      return;
    }
    try {
      engine
          .client()
          .timed(
              "resize the terminal of a command in container " + started.container(),
              engine.options().limits().query(),
              () ->
                  engine
                      .client()
                      .connection()
                      .docker()
                      .resizeExecCmd(started.id())
                      .withSize(size.rows(), size.columns())
                      .exec());
    } catch (EngineException e) {
      log.debug("a terminal keeps its size", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns at once. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      Thread.ofVirtual().name("exec-end").start(this::end);
    }
  }

  private void end() {
    try (stream) {
      new ExecProcesses(engine, started).end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | EngineException | RuntimeException e) {
      log.warn(
          "container {}: a command could not be ended, and goes on without input and output: {}",
          started.container(),
          e.toString());
    }
  }
}
