package io.meseta.scheduler.internal;

import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The resources of an offer, from which parts are taken. Scalars are counted in thousandths, as
 * masters do, since sums of binary fractions do not come out even. Not thread-safe.
 */
public final class ResourcePool {

  private static final String PORTS = "ports";

  /** Ports that were taken. */
  public record Ports(List<Integer> numbers, List<Resource> resources) {}

  private final List<Resource> entries;

  public ResourcePool(List<Resource> resources) {
    entries = new ArrayList<>(resources);
    // Whatever is reserved for us nobody else can use, so that goes first. The sort is stable.
    entries.sort(Comparator.comparing(entry -> !isReserved(entry)));
  }

  /** How much of a scalar can be taken, in thousandths. */
  public long available(String name) {
    return entries.stream()
        .filter(divisible(name, Value.Type.SCALAR))
        .mapToLong(ResourcePool::thousandths)
        .sum();
  }

  /** How many ports can be taken. */
  public long availablePorts() {
    return entries.stream()
        .filter(divisible(PORTS, Value.Type.RANGES))
        .flatMap(entry -> entry.getRanges().getRangeList().stream())
        .mapToLong(range -> range.getEnd() - range.getBegin() + 1)
        .sum();
  }

  /**
   * Takes an amount of a scalar, from several entries if one is not enough.
   *
   * @param amount in thousandths, not more than {@link #available}
   */
  public List<Resource> take(String name, long amount) {
    List<Resource> taken = new ArrayList<>();
    long missing = amount;
    for (int i = 0; i < entries.size() && missing > 0; i++) {
      Resource entry = entries.get(i);
      if (divisible(name, Value.Type.SCALAR).test(entry)) {
        long part = Math.min(missing, thousandths(entry));
        if (part > 0) {
          taken.add(withThousandths(entry, part));
          entries.set(i, withThousandths(entry, thousandths(entry) - part));
          missing -= part;
        }
      }
    }
    if (missing > 0) {
      throw new IllegalStateException("took more " + name + " than there is");
    }
    return taken;
  }

  /**
   * Takes the lowest ports.
   *
   * @param count not more than {@link #availablePorts}
   */
  public Ports takePorts(int count) {
    List<Integer> numbers = new ArrayList<>();
    List<Resource> resources = new ArrayList<>();
    for (int i = 0; i < entries.size() && numbers.size() < count; i++) {
      Resource entry = entries.get(i);
      if (divisible(PORTS, Value.Type.RANGES).test(entry)) {
        Value.Ranges.Builder taken = Value.Ranges.newBuilder();
        Value.Ranges.Builder left = Value.Ranges.newBuilder();
        for (Value.Range range : entry.getRanges().getRangeList()) {
          split(range, count, numbers, taken, left);
        }
        if (taken.getRangeCount() > 0) {
          resources.add(entry.toBuilder().setRanges(taken).build());
          entries.set(i, entry.toBuilder().setRanges(left).build());
        }
      }
    }
    if (numbers.size() < count) {
      throw new IllegalStateException("took more ports than there are");
    }
    return new Ports(numbers, resources);
  }

  private static void split(
      Value.Range range,
      int count,
      List<Integer> numbers,
      Value.Ranges.Builder taken,
      Value.Ranges.Builder left) {
    long size = range.getEnd() - range.getBegin() + 1;
    long part = Math.min(size, count - numbers.size());
    for (long port = range.getBegin(); port < range.getBegin() + part; port++) {
      numbers.add((int) port);
    }
    if (part > 0) {
      taken.addRange(range.toBuilder().setEnd(range.getBegin() + part - 1));
    }
    if (part < size) {
      left.addRange(range.toBuilder().setBegin(range.getBegin() + part));
    }
  }

  /** What is left, without entries that are used up. */
  public List<Resource> leftover() {
    return entries.stream().filter(Predicate.not(ResourcePool::isEmpty)).toList();
  }

  private static boolean isEmpty(Resource entry) {
    return switch (entry.getType()) {
      case SCALAR -> thousandths(entry) <= 0;
      case RANGES -> entry.getRanges().getRangeCount() == 0;
      case SET, TEXT -> false;
    };
  }

  /**
   * Whether a part of the entry can be taken by any task. Volumes and disks have an identity,
   * shared resources are not used up, and revocable ones a task must have chosen.
   */
  private static Predicate<Resource> divisible(String name, Value.Type type) {
    return entry ->
        entry.getName().equals(name)
            && entry.getType() == type
            && !entry.hasDisk()
            && !entry.hasShared()
            && !entry.hasRevocable();
  }

  @SuppressWarnings("deprecation") // "role" is how a reservation is told to older frameworks
  private static boolean isReserved(Resource entry) {
    return entry.getReservationsCount() > 0 || !entry.getRole().equals("*");
  }

  private static long thousandths(Resource entry) {
    return Math.round(entry.getScalar().getValue() * 1000);
  }

  private static Resource withThousandths(Resource entry, long thousandths) {
    return entry.toBuilder()
        .setScalar(Value.Scalar.newBuilder().setValue(thousandths / 1000.0))
        .build();
  }
}
