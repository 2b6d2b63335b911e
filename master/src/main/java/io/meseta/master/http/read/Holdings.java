package io.meseta.master.http.read;

import io.meseta.common.resources.Ranges;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.ResourceValue;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.common.resources.SetValue;
import io.meseta.master.view.ExecutorView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.OfferView;
import io.meseta.master.view.TaskView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a framework holds that is no amount: ports above all. Of several agents the same ports are
 * shown once, as in Mesos. Gathered first and put together once, as a sum that grows by a task at a
 * time takes a hundred thousand times as long for a hundred thousand of them.
 */
final class Holdings {

  private final TreeMap<String, List<Ranges.Range>> ranges = new TreeMap<>();
  private final TreeMap<String, TreeSet<String>> sets = new TreeMap<>();

  private Holdings() {}

  static Resources othersUsed(FrameworkView framework) {
    Holdings held = new Holdings();
    for (TaskView task : framework.tasks()) {
      if (!task.released()) {
        held.add(task.resources());
      }
    }
    for (TaskView task : framework.unreachableTasks()) {
      if (!task.released()) {
        held.add(task.resources());
      }
    }
    for (ExecutorView executor : framework.executors().values()) {
      held.add(executor.resources());
    }
    return held.sum();
  }

  static Resources othersOffered(FrameworkView framework) {
    Holdings held = new Holdings();
    for (OfferView offer : framework.offers().values()) {
      held.add(offer.resources());
    }
    return held.sum();
  }

  private void add(Resources resources) {
    List<ResourceEntry> entries = resources.entries();
    for (int i = 0; i < entries.size(); i++) {
      ResourceValue value = entries.get(i).value();
      if (value instanceof Scalar) {
        continue;
      }
      String name = entries.get(i).key().name();
      if (value instanceof Ranges some) {
        ranges.computeIfAbsent(name, unused -> new ArrayList<>()).addAll(some.ranges());
      } else if (value instanceof SetValue some) {
        sets.computeIfAbsent(name, unused -> new TreeSet<>()).addAll(some.items());
      }
    }
  }

  private Resources sum() {
    if (ranges.isEmpty() && sets.isEmpty()) {
      return Resources.EMPTY;
    }
    Resources sum = Resources.EMPTY;
    for (Map.Entry<String, List<Ranges.Range>> one : ranges.entrySet()) {
      sum = sum.plus(of(one.getKey(), Ranges.of(one.getValue())));
    }
    for (Map.Entry<String, TreeSet<String>> one : sets.entrySet()) {
      sum = sum.plus(of(one.getKey(), SetValue.of(one.getValue())));
    }
    return sum;
  }

  private static Resources of(String name, ResourceValue value) {
    return Resources.of(ResourceKey.of(name, value.kind()), value);
  }
}
