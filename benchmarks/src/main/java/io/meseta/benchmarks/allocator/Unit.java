package io.meseta.benchmarks.allocator;

import java.util.Locale;

/** What a figure counts. */
public enum Unit {
  MILLIS("ms"),
  BYTES("bytes"),
  COUNT("count"),
  RATIO("ratio"),
  PERCENT("percent");

  private final String word;

  Unit(String word) {
    this.word = word;
  }

  /** The unit as reports name it. */
  public String word() {
    return word;
  }

  /** For people: three digits that count, and the unit where the number alone does not say it. */
  public String text(double value) {
    if (!Double.isFinite(value)) {
      return "never";
    }
    return switch (this) {
      case MILLIS -> millis(value);
      case BYTES -> bytes(value);
      case COUNT -> String.format(Locale.ROOT, "%,.0f", value);
      case RATIO -> String.format(Locale.ROOT, "%.2f", value);
      case PERCENT -> String.format(Locale.ROOT, "%.2f %%", value);
    };
  }

  private static String millis(double value) {
    if (value >= 10_000) {
      return digits(value / 1000) + " s";
    }
    return value >= 0.1 ? digits(value) + " ms" : digits(value * 1000) + " us";
  }

  private static String bytes(double value) {
    if (Math.abs(value) >= 10_000_000) {
      return digits(value / 1_000_000) + " MB";
    }
    return Math.abs(value) >= 10_000 ? digits(value / 1000) + " kB" : digits(value) + " B";
  }

  private static String digits(double value) {
    String format = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
