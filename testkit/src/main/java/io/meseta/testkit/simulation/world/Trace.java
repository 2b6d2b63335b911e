package io.meseta.testkit.simulation.world;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The record of what happened: a hash over all of it, and the last events themselves.
 *
 * <p>The newest are kept as they are and put into words only when somebody asks.
 */
public final class Trace {
  /** So many events and effects are kept for a failure's message. */
  private static final int KEPT = 1 << 14;

  private record Entry(long atNs, String host, Object what) {}

  private final Fingerprint fingerprint = new Fingerprint();
  private final @Nullable Entry[] ring = new Entry[KEPT];
  private long count;

  /** Takes an event, an effect or a note of the simulation itself. */
  public void add(long atNs, String host, Object what) {
    fingerprint.add(atNs);
    fingerprint.add(host);
    fingerprint.add(what);
    note(atNs, host, what);
  }

  /** This message has been read from these bytes, and is about to be part of an event. */
  public void arrived(Message message, byte[] bytes) {
    fingerprint.arrived(message, bytes);
  }

  /** Keeps something for a failure's message that is no part of the history's hash. */
  public void note(long atNs, String host, Object what) {
    ring[(int) (count++ & (KEPT - 1))] = new Entry(atNs, host, what);
  }

  /** Over all that was added so far, in order. */
  public long hash() {
    return fingerprint.value();
  }

  /** The last lines that concern something, the newest last. */
  public List<String> last(int limit, Predicate<String> concerns) {
    List<String> lines = new ArrayList<>();
    for (long i = count - 1; i >= Math.max(0, count - KEPT) && lines.size() < limit; i--) {
      Entry entry = ring[(int) (i & (KEPT - 1))];
      if (entry != null) {
        String line = line(entry);
        if (concerns.test(line)) {
          lines.add(line);
        }
      }
    }
    Collections.reverse(lines);
    return lines;
  }

  private static String line(Entry entry) {
    return time(entry.atNs) + " " + entry.host + ": " + words(entry.what);
  }

  /** Hours, minutes, seconds and milliseconds since the beginning. */
  public static String time(long atNs) {
    long millis = atNs / 1_000_000;
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%03d",
        millis / 3_600_000,
        millis / 60_000 % 60,
        millis / 1000 % 60,
        millis % 1000);
  }

  /** Events and effects as one line each. */
  static String words(@Nullable Object what) {
    return switch (what) {
      case null -> "";
      case Message message -> TextFormat.printer().emittingSingleLine(true).printToString(message);
      case Record data -> recordWords(data);
      case List<?> many -> many.stream().map(Trace::words).toList().toString();
      default -> what.toString();
    };
  }

  private static String recordWords(Record data) {
    StringBuilder text = new StringBuilder(data.getClass().getSimpleName()).append('[');
    for (var component : data.getClass().getRecordComponents()) {
      if (component.getName().equals("at")) {
        continue;
      }
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        text.append(component.getName()).append('=').append(words(accessor.invoke(data)));
        text.append(' ');
      } catch (ReflectiveOperationException e) {
        text.append("unreadable: ").append(e).append(' ');
      }
    }
    return text.append(']').toString();
  }
}
