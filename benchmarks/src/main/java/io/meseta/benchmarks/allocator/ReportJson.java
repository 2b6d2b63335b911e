package io.meseta.benchmarks.allocator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The table as a program reads it. Numbers are in the unit that the row names. */
public final class ReportJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportJson() {}

  /** Writes the file anew. */
  public static void write(Path file, Machine machine, List<Row> rows) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), report(machine, rows));
  }

  private static ObjectNode report(Machine machine, List<Row> rows) {
    ObjectNode report = MAPPER.createObjectNode();
    report
        .putObject("machine")
        .put("jvm", machine.jvm())
        .put("collectors", machine.collectors())
        .put("max_heap_bytes", machine.maxHeapBytes())
        .put("processors", machine.processors());
    report.put("method", AllocatorBench.METHOD);
    var array = report.putArray("rows");
    rows.forEach(row -> fill(array.addObject(), row));
    return report;
  }

  private static void fill(ObjectNode json, Row row) {
    json.put("scenario", row.scenario())
        .put("parameters", row.parameters())
        .put("step", row.step());
    Row.Ours ours = row.ours();
    if (ours != null) {
      json.put("unit", ours.unit().word());
      ObjectNode figures = json.putObject("ours");
      putNumber(figures, "median", ours.median());
      putNumber(figures, "min", ours.min());
      putNumber(figures, "max", ours.max());
      figures.put("runs", ours.runs());
      ours.bytes().ifPresent(bytes -> json.put("allocated_bytes", bytes));
    }
    row.mesos()
        .ifPresent(mesos ->
            json.putObject("mesos")
                .put("median", mesos.median())
                .put("min", mesos.min())
                .put("max", mesos.max())
                .put("runs", mesos.runs()));
    row.limit().ifPresent(limit -> json.put("limit", limit));
    json.put("verdict", row.verdict().name().toLowerCase(Locale.ROOT));
    if (!row.note().isEmpty()) {
      json.put("note", row.note());
    }
  }

  /** JSON has no number for what never came to an end. */
  private static void putNumber(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }
}
