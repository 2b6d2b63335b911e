package io.meseta.master.allocation;

import io.meseta.common.resources.Quantities;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what is seen, agent by agent, into a summary and a short list. */
final class Glance {
  /** The best last: when the list is too long the first one goes. */
  private static final Comparator<Explanation.Verdict> WORST_FIRST =
      Comparator.<Explanation.Verdict>comparingInt(verdict -> verdict.reasons().size())
          .thenComparing(Explanation.Verdict::agent)
          .reversed();

  private final Quantities wanted;
  private final List<String> names;
  private final int mostListed;
  private final PriorityQueue<Explanation.Verdict> list = new PriorityQueue<>(WORST_FIRST);
  private final EnumMap<RefusalKind, Integer> kinds = new EnumMap<>(RefusalKind.class);

  /** How many agents have enough of exactly these: a bit for each of the names. */
  private final TreeMap<Integer, Integer> enough = new TreeMap<>();

  private final Amounts totals;
  private final ResourceNames resourceNames;
  private int agents;
  private int offerable;
  private int fitting;
  private int fittingWhenEmpty;
  private double largestSize;
  private Summary.@Nullable Slot largest;

  /** Nothing is seen yet. */
  Glance(Question question, Ledger ledger) {
    this.wanted = question.wanted();
    this.names = List.copyOf(wanted.asMap().keySet());
    this.mostListed = question.mostAgents();
    this.totals = ledger.totals();
    this.resourceNames = ledger.names();
  }

  void see(OfferRules.Candidate candidate, List<RefusalReason> reasons) {
    var verdict =
        new Explanation.Verdict(
            candidate.agent().id(), candidate.role(), candidate.offerable(), reasons);
    agents++;
    offerable += verdict.isOfferable() ? 1 : 0;
    count(reasons);
    enlist(verdict);
    if (candidate.agent().isActive()) {
      seeResources(candidate, verdict);
    }
  }

  private void count(List<RefusalReason> reasons) {
    var met = EnumSet.noneOf(RefusalKind.class);
    for (RefusalReason reason : reasons) {
      var kind = RefusalKind.of(reason);
      if (met.add(kind)) {
        kinds.merge(kind, 1, Integer::sum);
      }
    }
  }

  private void enlist(Explanation.Verdict verdict) {
    list.add(verdict);
    if (list.size() > mostListed) {
      list.remove();
    }
  }

  private void seeResources(OfferRules.Candidate candidate, Explanation.Verdict verdict) {
    var free = candidate.offerable().quantities();
    double size = wanted.isEmpty() ? part(free) : nearness(free);
    if (!candidate.offerable().isEmpty() && (largest == null || size > largestSize)) {
      largestSize = size;
      largest = new Summary.Slot(verdict.agent(), candidate.offerable());
    }
    if (!wanted.isEmpty()) {
      int bits = 0;
      for (int i = 0; i < names.size(); i++) {
        bits |= free.get(names.get(i)) >= wanted.get(names.get(i)) ? 1 << i : 0;
      }
      enough.merge(bits, 1, Integer::sum);
      fitting += bits == all() && verdict.isOfferable() ? 1 : 0;
      var total = candidate.agent().total();
      total = total.isForAnybody() ? total : total.allocatableTo(candidate.role());
      fittingWhenEmpty += total.quantities().contains(wanted) ? 1 : 0;
    }
  }

  private int all() {
    return (1 << names.size()) - 1;
  }

  /** How much of the cluster it is, of CPUs and memory together. */
  private double part(Quantities free) {
    double sum = 0;
    for (String name : List.of("cpus", "mem")) {
      long total = totals.get(resourceNames.number(name));
      sum += total == 0 ? 0 : (double) free.get(name) / (double) total;
    }
    return sum;
  }

  /**
   * How much of what is wanted is there, by what is scarcest; more than 1 where it is all there.
   */
  private double nearness(Quantities free) {
    double least = Double.MAX_VALUE;
    for (String name : names) {
      least = Math.min(least, (double) free.get(name) / (double) wanted.get(name));
    }
    return least;
  }

  int leftOut() {
    return agents - list.size();
  }

  /** The short list, the best first. */
  List<Explanation.Verdict> verdicts() {
    var verdicts = new ArrayList<>(list);
    verdicts.sort(WORST_FIRST.reversed());
    return List.copyOf(verdicts);
  }

  Summary summary() {
    return new Summary(
        agents,
        offerable,
        Optional.ofNullable(largest),
        wanted.isEmpty() ? Optional.empty() : Optional.of(fit()),
        reasons());
  }

  private List<Summary.Count> reasons() {
    var counts = new ArrayList<Summary.Count>();
    kinds.forEach((kind, count) -> counts.add(new Summary.Count(kind, count)));
    counts.sort(Comparator.comparingInt(Summary.Count::agents).reversed());
    return List.copyOf(counts);
  }

  private Summary.Fit fit() {
    var steps = new ArrayList<Summary.Step>();
    int seen = 0;
    while (seen != all()) {
      int best = mostFrequent(seen);
      seen |= 1 << best;
      steps.add(new Summary.Step(names.get(best), having(seen)));
    }
    return new Summary.Fit(wanted, List.copyOf(steps), having(all()), fitting, fittingWhenEmpty);
  }

  /** Which of the others most of those agents have that have these. */
  private int mostFrequent(int seen) {
    int best = -1;
    for (int i = 0; i < names.size(); i++) {
      boolean other = (seen & 1 << i) == 0;
      if (other && (best < 0 || having(seen | 1 << i) > having(seen | 1 << best))) {
        best = i;
      }
    }
    return best;
  }

  /** How many agents have enough of all of these. */
  private int having(int bits) {
    int count = 0;
    for (Map.Entry<Integer, Integer> each : enough.entrySet()) {
      count += (each.getKey() & bits) == bits ? each.getValue() : 0;
    }
    return count;
  }
}
