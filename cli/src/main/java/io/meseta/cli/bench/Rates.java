package io.meseta.cli.bench;

import java.util.List;
import java.util.stream.Collectors;

/** Rates per second of several runs, in the order of the runs. */
record Rates(List<Double> perSecond) {

  Rates {
    perSecond = List.copyOf(perSecond);
    if (perSecond.isEmpty()) {
      throw new IllegalArgumentException("nothing was run");
    }
  }

  double median() {
    return perSecond.stream().sorted().skip(perSecond.size() / 2).findFirst().orElseThrow();
  }

  /** All of them, for people. */
  String text() {
    return perSecond.stream().map(Figures::text).collect(Collectors.joining(" "));
  }
}
