package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** A small number for each name of a scalar, in the order in which they were first met. */
final class ResourceNames {
  private final LinkedHashMap<String, Integer> numbers = new LinkedHashMap<>();
  private final ArrayList<String> names = new ArrayList<>();

  int number(String name) {
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    numbers.put(name, names.size());
    names.add(name);
    return names.size() - 1;
  }

  String name(int number) {
    return names.get(number);
  }

  Amounts amounts(Quantities quantities) {
    var amounts = new Amounts();
    quantities.asMap().forEach((name, amount) -> amounts.add(number(name), amount));
    return amounts;
  }
}
