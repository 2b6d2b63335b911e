package io.meseta.cli.replay;

import io.meseta.cli.console.TextTable;
import io.meseta.common.recording.PlainText;
import io.meseta.common.recording.RecordedEvent;
import io.meseta.common.recording.RecordedRole;
import io.meseta.common.recording.RecordedRole.Listing;
import io.meseta.common.recording.RecordingFile;
import io.meseta.common.recording.RecordingHeader;
import io.meseta.common.recording.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the command prints, in lines that are cut to a width. */
final class Printer {

  private final PrintWriter out;
  private final int width;

  Printer(PrintWriter out, int width) {
    this.out = out;
    this.width = width;
  }

  void header(RecordingFile file) {
    RecordingHeader header = file.header();
    out.printf("file      %s%n", file.path());
    out.printf(
        "recorded  by a%s %s, version %s, build %s, Java %s%n",
        header.role().startsWith("a") ? "n" : "",
        header.role(),
        header.version(),
        header.build(),
        header.java());
    out.printf(
        "events    %d, from number %d on%s%n",
        file.events(), file.firstEvent(), file.isTorn() ? "; the last record is torn" : "");
    out.printf("time      %s to %s%n", text(file.firstTime()), text(file.lastTime()));
    out.flush();
  }

  private static String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse("-");
  }

  <E> void event(RecordedEvent event, RecordedRole<?, E, ?> role) {
    E data = role.events().cast(event.event());
    line(
        event.number()
            + " "
            + role.timeOf(data)
            + " "
            + PlainText.line(data)
            + event.failure().map(failure -> " BROKE THE CORE: " + failure).orElse(""));
  }

  <E> void difference(Replay.Difference<?> difference, RecordedRole<?, E, ?> role) {
    RecordedEvent event = difference.event();
    out.printf("effects equal: no, they differ first at event %d%n", event.number());
    out.println("event:");
    event(event, role);
    out.printf(
        "recorded: %s%n",
        event
            .failure()
            .map(failure -> "the core broke: " + failure)
            .orElse(event.effects() + " effects"));
    out.printf(
        "now:      %s%n",
        difference
            .failure()
            .map(failure -> "the core broke: " + failure)
            .orElse(difference.effects().size() + " effects"));
    difference.effects().forEach(effect -> line("  " + PlainText.line(effect)));
  }

  void table(Listing listing) {
    TextTable table = new TextTable(listing.columns().toArray(String[]::new));
    listing.rows().forEach(row -> table.row(row.toArray(String[]::new)));
    table.lines(0).forEach(this::line);
  }

  void directory(List<Path> files) {
    TextTable table = new TextTable("FILE", "ROLE", "EVENTS", "FROM", "TO", "");
    for (Path path : files) {
      String name = path.getFileName().toString();
      try (RecordingFile file = RecordingFile.open(path)) {
        table.row(
            name,
            file.header().role(),
            file.events() == 0
                ? "none"
                : file.firstEvent() + ".." + (file.firstEvent() + file.events() - 1),
            text(file.firstTime()),
            text(file.lastTime()),
            file.isTorn() ? "torn" : "");
      } catch (IOException e) {
        table.row(name, "-", "-", "-", "-", String.valueOf(e.getMessage()));
      }
    }
    table.lines(0).forEach(this::line);
  }

  void line(String text) {
    out.println(text.length() <= width ? text : text.substring(0, Math.max(1, width - 1)) + "…");
  }
}
