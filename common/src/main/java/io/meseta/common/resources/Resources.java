package io.meseta.common.resources;

import io.meseta.api.v1.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An immutable collection of resources, sorted, with at most one entry per {@link ResourceKey} (but
 * for volumes of different sizes) and no empty ones: {@code disk:0} is not there.
 *
 * <p>Arithmetic never makes something of nothing: {@code a.plus(b)} contains both, and {@code
 * a.minus(b)} exists exactly when {@code a.contains(b)}. Where {@link #overlaps} is false, {@code
 * a.plus(b).minus(b)} is {@code a} again; where it is true, what both have counts once in the sum,
 * so a caller who keeps account of what several holders have asks {@link #overlaps} first.
 */
public final class Resources {
  public static final Resources EMPTY = new Resources(List.of());

  private final List<ResourceEntry> entries;

  /** Computed when first wanted, by whichever thread: always the same. */
  private transient @Nullable Quantities quantities;

  /**
   * The messages, once somebody has asked for them: what an agent has is shown again and again.
   * Whoever comes at the same time makes the same.
   */
  private volatile @Nullable List<Resource> refined;

  private Resources(List<ResourceEntry> sorted) {
    this.entries = sorted;
  }

  /** In any order; entries of one key are added up. */
  public static Resources of(Collection<ResourceEntry> entries) {
    var sorted = new ArrayList<>(entries);
    sorted.sort(null);
    var sum = new ArrayList<ResourceEntry>(sorted.size());
    for (ResourceEntry entry : sorted) {
      int last = sum.size() - 1;
      if (last >= 0 && sum.get(last).compareTo(entry) == 0) {
        sum.set(last, sum.get(last).plus(entry));
      } else {
        sum.add(entry);
      }
    }
    return sum.isEmpty() ? EMPTY : new Resources(List.copyOf(sum));
  }

  /** One resource, or nothing when the value is empty. */
  public static Resources of(ResourceKey key, ResourceValue value) {
    return ResourceEntry.ofNonEmpty(key, value)
        .map(entry -> new Resources(List.of(entry)))
        .orElse(EMPTY);
  }

  /**
   * For texts that are part of a program, such as defaults. Text from outside is for {@link
   * #parse}.
   *
   * @throws IllegalArgumentException when {@code text} does not describe resources
   */
  public static Resources of(String text) {
    try {
      return parse(text);
    } catch (ResourceException e) {
      throw new IllegalArgumentException("Not resources: " + text, e);
    }
  }

  /**
   * Reads either form that Mesos accepts of an operator: {@code
   * cpus:4;mem(web):1024;ports:[31000-32000,33000-33000];devices:{a,b}}, or a JSON array of {@code
   * Resource} objects. An unknown member of such an object is an error.
   */
  public static Resources parse(String text) throws ResourceException {
    var trimmed = text.strip();
    return trimmed.startsWith("[")
        ? fromProto(ResourceJson.parse(trimmed))
        : fromProto(ResourceText.parse(trimmed));
  }

  /**
   * Reads the messages of a call, an agent or a journal. Whom they are allocated to is left out.
   */
  public static Resources fromProto(Collection<Resource> protos) throws ResourceException {
    return ResourceProtos.read(protos);
  }

  /** The messages to send, without saying whom they are allocated to. Unmodifiable. */
  public List<Resource> toProto(ReservationFormat format) {
    if (format != ReservationFormat.REFINED) {
      return List.copyOf(ResourceProtos.write(this, Optional.empty(), format));
    }
    List<Resource> known = refined;
    if (known == null) {
      known = List.copyOf(ResourceProtos.write(this, Optional.empty(), format));
      refined = known;
    }
    return known;
  }

  /**
   * The messages to send, in the order of the entries.
   *
   * @param allocationRole what {@code allocation_info} says, for frameworks that know it
   * @throws IllegalArgumentException for a refined reservation in the older format: see {@link
   *     #withoutRefined}
   */
  public List<Resource> toProto(Optional<String> allocationRole, ReservationFormat format) {
    return ResourceProtos.write(this, allocationRole, format);
  }

  /** Sorted by key. */
  public List<ResourceEntry> entries() {
    return entries;
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** All of {@code name}, over all reservations and whatever else divides it. */
  public Optional<ResourceValue> get(String name) {
    Optional<ResourceValue> sum = Optional.empty();
    for (ResourceEntry entry : entries) {
      if (entry.key().name().equals(name)) {
        sum = Optional.of(sum.map(value -> value.plus(entry.value())).orElse(entry.value()));
      }
    }
    return sum;
  }

  public SortedSet<String> names() {
    return entries.stream()
        .map(entry -> entry.key().name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The sum of all scalars of this name, in thousandths; 0 when there is none. */
  public long scalarMilli(String name) {
    long sum = 0;
    for (ResourceEntry entry : entries) {
      if (entry.key().name().equals(name)) {
        sum = Math.addExact(sum, entry.scalarMilli());
      }
    }
    return sum;
  }

  /** Thousandths of a CPU. */
  public long cpusMilli() {
    return scalarMilli("cpus");
  }

  /** Thousandths of a MB, as Mesos counts memory. */
  public long memMilli() {
    return scalarMilli("mem");
  }

  /** Thousandths of a MB. */
  public long diskMilli() {
    return scalarMilli("disk");
  }

  /** Thousandths of a GPU. */
  public long gpusMilli() {
    return scalarMilli("gpus");
  }

  /** All ports; empty when there are none. */
  public Ranges ports() {
    return get("ports")
        .map(value -> value instanceof Ranges r ? r : Ranges.EMPTY)
        .orElse(Ranges.EMPTY);
  }

  /** The sums of all scalars, name by name. */
  public Quantities quantities() {
    var known = quantities;
    if (known == null) {
      known = Quantities.of(this);
      quantities = known;
    }
    return known;
  }

  /**
   * Both together.
   *
   * @throws ArithmeticException when a sum gets too large to be counted
   */
  public Resources plus(Resources other) {
    if (other.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return other;
    }
    var sum = new ArrayList<ResourceEntry>(entries.size() + other.entries.size());
    int next = 0;
    for (ResourceEntry entry : entries) {
      while (next < other.entries.size() && other.entries.get(next).compareTo(entry) < 0) {
        sum.add(other.entries.get(next++));
      }
      if (next < other.entries.size() && other.entries.get(next).compareTo(entry) == 0) {
        sum.add(entry.plus(other.entries.get(next++)));
      } else {
        sum.add(entry);
      }
    }
    sum.addAll(other.entries.subList(next, other.entries.size()));
    return new Resources(List.copyOf(sum));
  }

  /**
   * All of them together, as {@link #plus} adds them.
   *
   * @throws ArithmeticException when a sum gets too large to be counted
   */
  @SuppressWarnings("ReferenceEquality") // what is not the same is only not as cheap
  public static Resources sum(Collection<Resources> parts) {
    var all = new ArrayList<ResourceEntry>();
    Resources last = EMPTY;
    int times = 0;
    for (Resources part : parts) {
      if (part != last) {
        last.addTo(all, times);
        last = part;
        times = 0;
      }
      times++;
    }
    last.addTo(all, times);
    return of(all);
  }

  /** Tasks of one kind share what they hold, so that many times the same is one multiplication. */
  private void addTo(List<ResourceEntry> sum, int times) {
    if (times > 1 && isAmountsOnly()) {
      for (ResourceEntry entry : entries) {
        long milli = Math.multiplyExact(entry.scalarMilli(), (long) times);
        sum.add(new ResourceEntry(entry.key(), new Scalar(milli), 1));
      }
      return;
    }
    for (int i = 0; i < times; i++) {
      sum.addAll(entries);
    }
  }

  /** Whether there are nothing but amounts: no ports, sets or volumes. */
  public boolean isAmountsOnly() {
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      if (entry.key().isWhole() || !(entry.value() instanceof Scalar)) {
        return false;
      }
    }
    return true;
  }

  /** What is left when {@code other} is taken away; nothing when not all of it is there. */
  public Optional<Resources> minus(Resources other) {
    return contains(other) ? Optional.of(without(other)) : Optional.empty();
  }

  /**
   * What is left when {@code other} is taken away, for callers who know that it is there.
   *
   * @throws IllegalArgumentException when not all of {@code other} is there
   */
  public Resources minusOrThrow(Resources other) {
    return minus(other)
        .orElseThrow(
            () -> new IllegalArgumentException("[" + this + "] does not contain [" + other + "]"));
  }

  /** What is left when as much as there is of {@code other} is taken away. */
  public Resources without(Resources other) {
    if (isEmpty() || other.isEmpty()) {
      return this;
    }
    var rest = new ArrayList<ResourceEntry>(entries.size());
    int next = 0;
    for (ResourceEntry entry : entries) {
      while (next < other.entries.size() && other.entries.get(next).compareTo(entry) < 0) {
        next++;
      }
      if (next < other.entries.size() && other.entries.get(next).compareTo(entry) == 0) {
        entry.without(other.entries.get(next++)).ifPresent(rest::add);
      } else {
        rest.add(entry);
      }
    }
    return rest.isEmpty() ? EMPTY : new Resources(List.copyOf(rest));
  }

  @SuppressWarnings("ReferenceEquality") // A refused offer is often asked for as it was made.
  public boolean contains(Resources other) {
    if (this == other) {
      return true;
    }
    int mine = 0;
    for (ResourceEntry wanted : other.entries) {
      while (mine < entries.size() && entries.get(mine).compareTo(wanted) < 0) {
        mine++;
      }
      if (mine == entries.size()
          || entries.get(mine).compareTo(wanted) != 0
          || !entries.get(mine).contains(wanted)) {
        return false;
      }
    }
    return true;
  }

  /** Whether both have something that can be there only once: a port, a volume. */
  public boolean overlaps(Resources other) {
    int mine = 0;
    for (ResourceEntry theirs : other.entries) {
      while (mine < entries.size() && entries.get(mine).compareTo(theirs) < 0) {
        mine++;
      }
      if (mine < entries.size()
          && entries.get(mine).compareTo(theirs) == 0
          && entries.get(mine).overlaps(theirs)) {
        return true;
      }
    }
    return false;
  }

  public Resources filter(Predicate<ResourceKey> wanted) {
    int kept = 0;
    while (kept < entries.size() && wanted.test(entries.get(kept).key())) {
      kept++;
    }
    if (kept == entries.size()) {
      return this;
    }
    var some = new ArrayList<>(entries.subList(0, kept));
    for (ResourceEntry entry : entries.subList(kept + 1, entries.size())) {
      if (wanted.test(entry.key())) {
        some.add(entry);
      }
    }
    return some.isEmpty() ? EMPTY : new Resources(List.copyOf(some));
  }

  /** Whether all of it may be given to anybody: neither reserved nor revocable nor shared. */
  public boolean isForAnybody() {
    for (int i = 0; i < entries.size(); i++) {
      var key = entries.get(i).key();
      if (!key.isUnreserved() || key.revocable() || key.shared()) {
        return false;
      }
    }
    return true;
  }

  /** All of one name. */
  public Resources named(String name) {
    return filter(key -> key.name().equals(name));
  }

  public Resources unreserved() {
    return filter(ResourceKey::isUnreserved);
  }

  public Resources reserved() {
    return filter(key -> !key.isUnreserved());
  }

  /** Reserved for exactly this role. */
  public Resources reserved(String role) {
    return filter(key -> key.reservationRole().filter(role::equals).isPresent());
  }

  /** Unreserved, or reserved for {@code role} or a role above it. */
  public Resources allocatableTo(String role) {
    return filter(key -> key.isAllocatableTo(role));
  }

  /** Without shared volumes: what is used by one task only. */
  public Resources exclusive() {
    return filter(key -> !key.shared());
  }

  /** Each shared volume once, however many use it: what has to be there for all of this. */
  public Resources sharedOnce() {
    if (exclusive().entries.size() == entries.size()) {
      return this;
    }
    var once = new ArrayList<ResourceEntry>(entries.size());
    for (ResourceEntry entry : entries) {
      once.add(entry.key().shared() ? new ResourceEntry(entry.key(), entry.value(), 1) : entry);
    }
    return new Resources(List.copyOf(once));
  }

  /** Without the reservations within others, which older frameworks cannot be told of. */
  public Resources withoutRefined() {
    return filter(key -> !key.isRefined());
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Resources that && entries.equals(that.entries));
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  /**
   * Mesos's text form: {@code cpus:4;mem(web):1024;ports:[31000-32000]}. What that cannot say
   * (dynamic reservations, disks, revocable) is added in brackets, for a reader and not for {@link
   * #parse}.
   */
  @Override
  public String toString() {
    return entries.stream().map(ResourceEntry::toString).collect(Collectors.joining(";"));
  }
}
