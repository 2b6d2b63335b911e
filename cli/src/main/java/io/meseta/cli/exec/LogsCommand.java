package io.meseta.cli.exec;

import io.meseta.cli.CommonOptions;
import io.meseta.cli.client.ClientOptions;
import io.meseta.cli.client.DaemonClient;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meseta logs}. */
@Command(
    name = "logs",
    description = {"Print what a task has written, also of one that has ended.%n"},
    footer = {
      "",
      "  ./meseta logs web-1",
      "  ./meseta logs -f --stderr web-1",
      "  ./meseta logs --agent 127.0.0.1:5051 web-1"
    },
    sortOptions = false)
public final class LogsCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration STATE_POLL = Duration.ofSeconds(2);

  @Option(
      names = {"-f", "--follow"},
      description = "Go on as the task writes, until it has ended.")
  private boolean follow;

  @Option(names = "--stderr", description = "Its standard error instead of its standard output.")
  private boolean stderr;

  @Mixin private WhereOptions where;

  @Mixin private ClientOptions client;

  @Mixin
  @SuppressWarnings("UnusedVariable") // For --config and --help; nothing is logged.
  private CommonOptions common;

  @Parameters(
      paramLabel = "TASK",
      description = "The id of a task or of its container, or the beginning of one.")
  private String id = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (DaemonClient http = client.open();
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out))) {
      TaskFinder.Place place = where.find(http, id, TaskFinder.Wanted.ANY);
      if (place.directory().isEmpty()) {
        throw new IOException(
            "Agent "
                + place.agent().getAuthority()
                + " does not say where the files of task "
                + place.task()
                + " are");
      }
      LogReader reader = new LogReader(http, place, stderr ? "stderr" : "stdout");
      if (follow) {
        follow(http, place, reader, out);
      } else {
        boolean unused = reader.copy(out);
      }
      return 0;
    }
  }

  private static void follow(
      DaemonClient http, TaskFinder.Place place, LogReader reader, OutputStream out)
      throws IOException, InterruptedException {
    long nextLook = System.nanoTime();
    boolean runs = true;
    while (runs) {
      if (System.nanoTime() >= nextLook) {
        nextLook = System.nanoTime() + STATE_POLL.toNanos();
        // Asked before the file is read: what it wrote last is read after its end.
        runs = new TaskFinder(http).runs(place);
      }
      if (!reader.copy(out) && runs) {
        Thread.sleep(POLL);
      }
    }
  }
}
