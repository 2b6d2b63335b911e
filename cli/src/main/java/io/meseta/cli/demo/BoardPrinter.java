package io.meseta.cli.demo;

import io.meseta.api.v1.TaskStatus;
import io.meseta.cli.console.Display;
import io.meseta.cli.console.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows the board: a table that changes in place, or a line for each change of a task. */
final class BoardPrinter {

  private static final int INDENT = 6;

  private final Display display;

  BoardPrinter(Display display) {
    this.display = display;
  }

  void changed(Board.Change change) {
    if (display.isTerminal()) {
      display.area(table(change.now()));
    } else {
      change.row().ifPresent(row -> display.line(line(change.now(), row)));
    }
  }

  static List<String> table(Board.View view) {
    List<String> lines = new ArrayList<>();
    lines.add(" ".repeat(INDENT) + counts(view));
    TextTable table = new TextTable("TASK", "ASKS FOR", "AGENT", "STATE", "");
    for (Board.Row row : view.rows()) {
      table.row(
          row.task().name(),
          row.task().wants(),
          row.agent().orElse("-"),
          row.state(),
          detail(row.status()));
    }
    lines.addAll(table.lines(INDENT));
    return lines;
  }

  private static String line(Board.View view, Board.Row row) {
    return "%s%-7s %-20s %-14s %s %s"
        .formatted(
            " ".repeat(INDENT),
            row.task().name(),
            row.task().wants(),
            row.state(),
            row.agent().map(agent -> "on " + agent).orElse(""),
            "(" + counts(view) + ")");
  }

  private static String counts(Board.View view) {
    return "offers %d, launched %d, running %d"
        .formatted(view.offers(), view.launched(), view.running());
  }

  private static String detail(Optional<TaskStatus> status) {
    return status.filter(TaskStatus::hasReason).map(known -> known.getReason().name()).orElse("");
  }
}
