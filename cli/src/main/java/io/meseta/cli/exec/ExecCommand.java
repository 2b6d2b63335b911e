package io.meseta.cli.exec;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.client.ClientOptions;
import io.meseta.cli.client.DaemonClient;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meseta exec}. */
@Command(
    name = "exec",
    description = {
      "Run a command inside the container of a task; its exit code is that of this program. It"
          + " ends with this program.%n"
    },
    footer = {
      "",
      "  ./meseta exec web-1 -- cat /etc/hosts",
      "  ./meseta exec -i -t web-1 -- /bin/sh",
      "  ./meseta exec --agent 127.0.0.1:5051 web -- ps"
    },
    sortOptions = false)
public final class ExecCommand implements Callable<Integer> {

  @Option(
      names = {"-i", "--interactive"},
      description = "Give our standard input to the command.")
  private boolean interactive;

  @Option(
      names = {"-t", "--tty"},
      description = "Give the command a terminal of the size of ours; ours is needed for that.")
  private boolean tty;

  @Mixin private WhereOptions where;

  @Mixin private ClientOptions client;

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common;

  @Parameters(
      index = "0",
      paramLabel = "TASK",
      description = "The id of a task or of its container, or the beginning of one.")
  private String id = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The program and its arguments; write -- before it.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (DaemonClient http = client.open()) {
      TaskFinder.Place place = where.find(http, id, TaskFinder.Wanted.RUNNING);
      Optional<Terminal> terminal = tty ? Terminal.find() : Optional.empty();
      if (tty && terminal.isEmpty()) {
        throw new IOException("-t needs a terminal as our standard input: leave it out");
      }
      return run(http, place, terminal.orElse(null));
    }
  }

  private int run(DaemonClient http, TaskFinder.Place place, @Nullable Terminal terminal)
      throws IOException, InterruptedException {
    ExecSession.Streams streams =
        new ExecSession.Streams(
            interactive ? System.in : null,
            // As bytes, unbuffered: what is printed may be no text.
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err));
    try (Terminal used = terminal) {
      return new ExecSession(http, place, streams, used).run(command);
    }
  }
}
