package io.meseta.cli.replay;

import io.meseta.agent.AgentReplay;
import io.meseta.cli.CommonOptions;
import io.meseta.cli.Logging;
import io.meseta.common.recording.RecordedRole;
import io.meseta.common.recording.RecordedRole.Subject;
import io.meseta.common.recording.RecordingException;
import io.meseta.common.recording.RecordingFile;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.Replay;
import io.meseta.common.runtime.StateMachine;
import io.meseta.master.MasterReplay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meseta replay}. */
@Command(
    name = "replay",
    description = {
      "Run a master or an agent over a recording again, and look at it at any moment.",
      "The program handles the events of the file, which a daemon wrote that was started with"
          + " --record, and proves that it orders the same as then.",
      "Exit codes: 0 the effects are the same, 1 they differ, 2 the file cannot be replayed.%n"
    },
    sortOptions = false)
public final class ReplayCommand implements Callable<Integer> {

  private static final int DIFFERS = 1;
  private static final int UNREADABLE = 2;
  private static final int WIDTH_WITHOUT_TERMINAL = 240;

  @Parameters(
      paramLabel = "FILE",
      description = "A file of a recording; or a directory, whose files are listed.")
  private @Nullable Path file;

  @Option(
      names = "--until",
      paramLabel = "EVENT",
      converter = Until.Converter.class,
      description = "Stop after this event: its number, or a time such as 2026-03-01T12:00:00Z.")
  private Until until = Until.END;

  @Option(
      names = "--show",
      paramLabel = "SUBJECT",
      description =
          "What was known where it stopped: tasks, agents, offers or frameworks. An agent knows no"
              + " offers.")
  private @Nullable String show;

  @Option(
      names = "--events",
      paramLabel = "FIRST..LAST",
      converter = EventRange.Converter.class,
      description = "Only print these events, one line each.")
  private @Nullable EventRange events;

  @Option(
      names = "--width",
      paramLabel = "COLUMNS",
      description = "Lines are cut to this width; default is that of the terminal, or 240.")
  private int width = Integer.getInteger("meseta.terminal.columns", WIDTH_WITHOUT_TERMINAL);

  @Option(
      names = "--any-build",
      description =
          "Try it although another build of Meseta made the file; other effects may then be a"
              + " change of the program.")
  private boolean anyBuild;

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    // The core says again what it said then; who replays wants to hear of it only if he asks.
    boolean asked = common.loggingLevel() != Logging.Level.INFO;
    Logging.level(asked ? common.loggingLevel() : Logging.Level.ERROR);
    try {
      return run(Objects.requireNonNull(file));
    } catch (RecordingException e) {
      err().println("meseta: " + e.getMessage());
      return UNREADABLE;
    }
  }

  private int run(Path path) throws IOException {
    Printer printer = new Printer(spec.commandLine().getOut(), width);
    if (Files.isDirectory(path)) {
      printer.directory(RecordingFile.in(path));
      return 0;
    }
    try (RecordingFile recording = RecordingFile.open(path)) {
      String role = recording.header().role();
      return switch (role) {
        case "master" -> run(recording, new MasterReplay(), printer);
        case "agent" -> run(recording, new AgentReplay(), printer);
        default ->
            throw new RecordingException(
                path + " was recorded by a " + role + ", which this program does not know");
      };
    }
  }

  private <C extends StateMachine<E, F>, E, F> int run(
      RecordingFile recording, RecordedRole<C, E, F> role, Printer printer) throws IOException {
    Optional<Subject> subject = subject(role);
    checkBuild(recording, role);
    if (events != null) {
      return list(recording, role, events, printer);
    }
    printer.header(recording);
    Replay<C, E, F> replay = Replay.of(recording, role.core(), role.events());
    Progress progress = new Progress(err(), recording.events());
    Optional<Replay.Difference<F>> difference =
        replay.run(event -> until.includes(event, role), progress::at);
    if (difference.isPresent()) {
      printer.difference(difference.get(), role);
      return DIFFERS;
    }
    printer.line("replayed  " + replay.handled() + " events");
    printer.line("effects equal: yes");
    subject.flatMap(asked -> role.list(replay.core(), asked)).ifPresent(printer::table);
    return 0;
  }

  private Optional<Subject> subject(RecordedRole<?, ?, ?> role) {
    if (show == null) {
      return Optional.empty();
    }
    Map<String, Subject> subjects =
        Map.of(
            "tasks", Subject.TASKS,
            "agents", Subject.AGENTS,
            "offers", Subject.OFFERS,
            "frameworks", Subject.FRAMEWORKS);
    Subject subject = subjects.get(show);
    if (subject == null) {
      throw usage("--show is one of tasks, agents, offers and frameworks, not '" + show + "'");
    }
    if (subject == Subject.OFFERS && role.name().equals("agent")) {
      throw usage("An agent knows no offers; those are in the recording of its master");
    }
    return Optional.of(subject);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void checkBuild(RecordingFile recording, RecordedRole<?, ?, ?> role)
      throws RecordingException {
    RecordingHeader there = recording.header();
    RecordingHeader here = RecordingHeader.here(role.name(), role.core(), Map.of());
    boolean same = there.version().equals(here.version()) && there.build().equals(here.build());
    if (!same && !anyBuild) {
      throw new RecordingException(
          recording.path()
              + " was recorded by version "
              + there.version()
              + ", build "
              + there.build()
              + ", and this is version "
              + here.version()
              + ", build "
              + here.build()
              + ": replay it with that one, or try it with --any-build");
    }
  }

  private static <E> int list(
      RecordingFile recording, RecordedRole<?, E, ?> role, EventRange range, Printer printer)
      throws IOException {
    recording.forEach(
        range.first(),
        event -> {
          if (event.number() > range.last()) {
            return false;
          }
          printer.event(event, role);
          return true;
        });
    return 0;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Tells every few seconds how far it is. */
  private static final class Progress {

    private static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(2);

    private final PrintWriter err;
    private final long all;
    private long toldNs = System.nanoTime();

    Progress(PrintWriter err, long all) {
      this.err = err;
      this.all = all;
    }

    void at(long done) {
      long nowNs = System.nanoTime();
      if (nowNs - toldNs >= INTERVAL_NS) {
        toldNs = nowNs;
        err.println(done + " of " + all + " events");
        err.flush();
      }
    }
  }
}
