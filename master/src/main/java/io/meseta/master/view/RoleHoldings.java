package io.meseta.master.view;

import io.meseta.common.resources.Ranges;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.ResourceValue;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.common.resources.SetValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a framework holds for each of its roles, of all agents together: ports of two agents that
 * have the same number are one, as in Mesos. Gathered first and put together once, as a sum that
 * grows by a task at a time takes a hundred thousand times as long for a hundred thousand of them.
 */
final class RoleHoldings {

  private final TreeMap<String, TreeMap<ResourceKey, Sum>> byRole = new TreeMap<>();

  /** All of one kind. */
  private static final class Sum {
    private long milli;
    private int copies;
    private ResourceValue one = Scalar.ZERO;
    private boolean divisible;
    private final List<Ranges.Range> ranges = new ArrayList<>();
    private final TreeSet<String> items = new TreeSet<>();

    void add(ResourceEntry entry) {
      one = entry.value();
      divisible = entry.isDivisible();
      copies = Math.addExact(copies, entry.copies());
      switch (entry.value()) {
        case Scalar scalar -> milli = Math.addExact(milli, scalar.milli());
        case Ranges some -> ranges.addAll(some.ranges());
        case SetValue some -> items.addAll(some.items());
      }
    }

    ResourceEntry entry(ResourceKey key) {
      if (!divisible) {
        return new ResourceEntry(key, one, copies);
      }
      ResourceValue all =
          switch (one) {
            case Scalar unused -> new Scalar(milli);
            case Ranges unused -> Ranges.of(ranges);
            case SetValue unused -> SetValue.of(items);
          };
      return new ResourceEntry(key, all, 1);
    }
  }

  private RoleHoldings() {}

  /** What its tasks and executors hold. */
  static SortedMap<String, Resources> used(FrameworkView framework) {
    RoleHoldings held = new RoleHoldings();
    for (TaskView task : framework.tasks()) {
      if (!task.released()) {
        held.add(task.role(), task.resources());
      }
    }
    for (ExecutorView executor : framework.executors().values()) {
      held.add(executor.role(), executor.resources());
    }
    return held.sums();
  }

  /** What its open offers hold. */
  static SortedMap<String, Resources> offered(FrameworkView framework) {
    RoleHoldings held = new RoleHoldings();
    for (OfferView offer : framework.offers().values()) {
      held.add(offer.role(), offer.resources());
    }
    return held.sums();
  }

  private void add(String role, Resources resources) {
    TreeMap<ResourceKey, Sum> sums = byRole.computeIfAbsent(role, unused -> new TreeMap<>());
    List<ResourceEntry> entries = resources.entries();
    for (int i = 0; i < entries.size(); i++) {
      ResourceEntry entry = entries.get(i);
      sums.computeIfAbsent(entry.key(), unused -> new Sum()).add(entry);
    }
  }

  private SortedMap<String, Resources> sums() {
    TreeMap<String, Resources> all = new TreeMap<>();
    byRole.forEach((role, sums) -> {
      List<ResourceEntry> entries = new ArrayList<>(sums.size());
      sums.forEach((key, sum) -> entries.add(sum.entry(key)));
      all.put(role, Resources.of(entries));
    });
    return Collections.unmodifiableSortedMap(all);
  }
}
