package io.meseta.benchmarks.allocator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Mesos's figures and our limits, from the file {@code figures.txt}, which says where from. */
public final class Published {
  /**
   * What was measured in Mesos.
   *
   * @param min equal to the median where only that is known, like {@code max}
   * @param runs of how many
   */
  public record Mesos(double median, double min, double max, int runs) {}

  /** What is known of one step of a case, in the unit of the step. */
  record Entry(Optional<Mesos> mesos, Optional<Double> limit) {
    private static final Entry NONE = new Entry(Optional.empty(), Optional.empty());
  }

  /** Where an entry belongs. */
  record Key(String scenario, String parameters, String step) {}

  private static final String FILE = "figures.txt";
  private static final int COLUMNS = 8;

  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  private Published() {}

  static Published load() {
    Published published = new Published();
    try (InputStream stream = Published.class.getResourceAsStream(FILE);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(stream, FILE), StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(published::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return published;
  }

  private void read(String line) {
    List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    if (cells.size() != COLUMNS) {
      throw new IllegalStateException(FILE + " needs " + COLUMNS + " cells: " + line);
    }
    Key key = new Key(cells.get(0), cells.get(1), cells.get(2));
    Optional<Mesos> mesos = number(cells.get(3)).map(median -> mesos(median, cells));
    Entry entry = new Entry(mesos, number(cells.get(7)));
    if (entries.put(key, entry) != null) {
      throw new IllegalStateException(FILE + " has two lines for " + key);
    }
  }

  private static Mesos mesos(double median, List<String> cells) {
    return new Mesos(
        median,
        number(cells.get(4)).orElse(median),
        number(cells.get(5)).orElse(median),
        Integer.parseInt(cells.get(6)));
  }

  private static Optional<Double> number(String cell) {
    return cell.equals("-") ? Optional.empty() : Optional.of(Double.valueOf(cell));
  }

  /** What is known of this step; perhaps nothing. */
  Entry of(Key key) {
    return entries.getOrDefault(key, Entry.NONE);
  }

  Set<Key> keys() {
    return entries.keySet();
  }
}
