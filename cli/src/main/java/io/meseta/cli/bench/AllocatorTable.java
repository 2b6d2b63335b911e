package io.meseta.cli.bench;

import io.meseta.benchmarks.allocator.Published.Mesos;
import io.meseta.benchmarks.allocator.Row;
import io.meseta.benchmarks.allocator.Unit;
import io.meseta.cli.console.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of the allocation as people read them: a heading per case, a line per step. */
final class AllocatorTable {

  private static final String INDENT = "  ";

  private AllocatorTable() {}

  static List<String> lines(List<Row> rows) {
    TextTable table =
        new TextTable(
            "scenario, step",
            "Mesos",
            "min-max",
            "Meseta",
            "min-max (runs)",
            "Mesos/Meseta",
            "allocated",
            "limit",
            "");
    String heading = "";
    for (Row row : rows) {
      String title = row.scenario() + ", " + row.parameters();
      if (!title.equals(heading)) {
        heading = title;
        table.row(title, "", "", "", "", "", "", "", "");
      }
      table.row(cells(row));
    }
    return new ArrayList<>(table.lines(0));
  }

  private static String[] cells(Row row) {
    Row.Ours ours = row.ours();
    Unit unit = ours == null ? Unit.MILLIS : ours.unit();
    return new String[] {
      INDENT + row.step(),
      row.mesos().map(mesos -> unit.text(mesos.median())).orElse(""),
      row.mesos().map(mesos -> range(unit, mesos)).orElse(""),
      ours == null ? row.note() : unit.text(ours.median()),
      ours == null ? "" : range(ours),
      row.timesFewer().map(AllocatorTable::times).orElse(""),
      ours == null || ours.bytes().isEmpty()
          ? ""
          : Unit.BYTES.text((double) ours.bytes().getAsLong()),
      row.limit().map(unit::text).orElse(""),
      switch (row.verdict()) {
        case NONE -> "";
        case OK -> "OK";
        case MISSED -> "MISSED";
        case NOT_MEASURED -> "not measured";
      }
    };
  }

  private static String range(Unit unit, Mesos mesos) {
    return mesos.min() == mesos.max()
        ? ""
        : unit.text(mesos.min()) + " - " + unit.text(mesos.max());
  }

  private static String range(Row.Ours ours) {
    String runs = "(" + ours.runs() + ")";
    return ours.min() == ours.max()
        ? runs
        : ours.unit().text(ours.min()) + " - " + ours.unit().text(ours.max()) + " " + runs;
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio >= 10 ? "%,.0f x" : "%.2g x", ratio);
  }
}
