package io.meseta.agent.container;

import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs further commands inside containers that run: checks, and sessions of people.
 *
 * <p>Threads: any thread may call; {@link #exec} blocks until the command has been started. What a
 * command prints comes on a thread of its own, in order, and the end comes last, once.
 */
public interface ContainerExec {

  /**
   * What to run.
   *
   * @param argv program and arguments
   * @param environment on top of the container's own
   * @param user unset: the container's own
   * @param terminal set: with a terminal of this size, which joins both outputs
   */
  record Command(
      List<String> argv,
      Map<String, String> environment,
      Optional<String> user,
      Optional<TerminalSize> terminal) {

    /** A command without a terminal, as the container's own user. */
    public static Command of(List<String> argv, Map<String, String> environment) {
      return new Command(argv, environment, Optional.empty(), Optional.empty());
    }
  }

  /** In characters. */
  record TerminalSize(int columns, int rows) {}

  /** Is told what the command prints, and how it ends. May block: then the command waits. */
  interface Output {

    void stdout(ByteBuffer bytes);

    void stderr(ByteBuffer bytes);

    /** The last call: 128 + n for signal n. */
    void exited(int code);

    /** The last call, if the engine broke off: how the command ended is not known. */
    void failed(String reason);
  }

  /** A command under way. */
  interface Session extends AutoCloseable {

    /** Blocks until the command's input takes it. */
    void write(ByteBuffer input) throws IOException;

    /** The command reads the end of its input. */
    void closeInput() throws IOException;

    /** Without effect where there is no terminal. */
    void resize(TerminalSize size);

    /** Ends the command and all that it started, by force, if it has not ended. */
    @Override
    void close();
  }

  /**
   * Starts a command.
   *
   * @throws IOException if the container does not run, or the engine does not start the command
   */
  Session exec(ContainerId container, Command command, Output output)
      throws IOException, InterruptedException;

  /** Refuses every command, for the reason given: of containers that take none. */
  static ContainerExec refusing(String reason) {
    return (container, command, output) -> {
      throw new IOException(reason);
    };
  }
}
