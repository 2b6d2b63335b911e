package io.meseta.common.resources;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whole numbers in ranges, such as ports: sorted, without gaps that are none, without overlaps. */
public final class Ranges implements ResourceValue {
  /** From {@code begin} to {@code end}, both included. */
  public record Range(long begin, long end) {
    public Range {
      if (begin < 0 || end < begin || end == Long.MAX_VALUE) {
        throw new IllegalArgumentException("Not a range: " + begin + "-" + end);
      }
    }

    @Override
    public String toString() {
      return begin + "-" + end;
    }
  }

  public static final Ranges EMPTY = new Ranges(List.of());

  private final List<Range> ranges;

  private Ranges(List<Range> sorted) {
    this.ranges = sorted;
  }

  /** In any order; ranges that touch or overlap become one. */
  public static Ranges of(Collection<Range> ranges) {
    var sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::begin));
    return new Ranges(coalesce(sorted));
  }

  public static Ranges of(long begin, long end) {
    return new Ranges(List.of(new Range(begin, end)));
  }

  private static List<Range> coalesce(List<Range> sorted) {
    var result = new ArrayList<Range>(sorted.size());
    for (Range range : sorted) {
      int last = result.size() - 1;
      if (last >= 0 && range.begin() <= result.get(last).end() + 1) {
        var before = result.get(last);
        result.set(last, new Range(before.begin(), Math.max(before.end(), range.end())));
      } else {
        result.add(range);
      }
    }
    return List.copyOf(result);
  }

  /** Sorted; between two of them at least one number is missing. */
  public List<Range> ranges() {
    return ranges;
  }

  /** How many numbers there are. */
  public long size() {
    long size = 0;
    for (Range range : ranges) {
      size = Math.addExact(size, range.end() - range.begin() + 1);
    }
    return size;
  }

  public boolean contains(long number) {
    return ranges.stream().anyMatch(range -> range.begin() <= number && number <= range.end());
  }

  @Override
  public Kind kind() {
    return Kind.RANGES;
  }

  @Override
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  @Override
  public Ranges plus(ResourceValue other) {
    var all = new ArrayList<>(ranges);
    all.addAll(same(other).ranges);
    return of(all);
  }

  @Override
  public Optional<ResourceValue> minus(ResourceValue other) {
    return contains(other) ? Optional.of(without(other)) : Optional.empty();
  }

  /** One sweep over both: what is cut off from a range's front is done with, the rest goes on. */
  @Override
  public Ranges without(ResourceValue other) {
    var cuts = same(other).ranges;
    var result = new ArrayList<Range>();
    int next = 0;
    for (Range range : ranges) {
      long begin = range.begin();
      while (next < cuts.size() && cuts.get(next).end() < begin) {
        next++;
      }
      int cut = next;
      while (cut < cuts.size() && cuts.get(cut).begin() <= range.end()) {
        if (cuts.get(cut).begin() > begin) {
          result.add(new Range(begin, cuts.get(cut).begin() - 1));
        }
        begin = cuts.get(cut).end() + 1;
        cut++;
      }
      if (begin <= range.end()) {
        result.add(new Range(begin, range.end()));
      }
    }
    return new Ranges(List.copyOf(result));
  }

  @Override
  public boolean contains(ResourceValue other) {
    int mine = 0;
    for (Range wanted : same(other).ranges) {
      while (mine < ranges.size() && ranges.get(mine).end() < wanted.begin()) {
        mine++;
      }
      if (mine == ranges.size()
          || ranges.get(mine).begin() > wanted.begin()
          || ranges.get(mine).end() < wanted.end()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean overlaps(ResourceValue other) {
    int mine = 0;
    for (Range range : same(other).ranges) {
      while (mine < ranges.size() && ranges.get(mine).end() < range.begin()) {
        mine++;
      }
      if (mine < ranges.size() && ranges.get(mine).begin() <= range.end()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ranges that && ranges.equals(that.ranges);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(ranges);
  }

  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(", ", "[", "]"));
  }

  private static Ranges same(ResourceValue other) {
    if (other instanceof Ranges ranges) {
      return ranges;
    }
    throw new IllegalArgumentException("Ranges and " + other + " do not go together");
  }
}
