package io.meseta.benchmarks.allocator;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.allocation.Grant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code MultiFrameworkAllocations}: frameworks with very different appetites, some in roles of
 * their own and many in one. Those that have launched all that they wanted go on taking offers and
 * giving them back, so an allocator that always asks the smallest share first starves the rest.
 *
 * @param marathons frameworks with a role each and thousands of small tasks
 * @param jenkins frameworks in one role with few tasks, one per offer
 * @param sparks frameworks with a role each and twenty tasks
 */
record MultiFramework(int agents, int marathons, int jenkins, int sparks) implements Case {
  private static final String AGENT = "cpus:64;mem:488000";
  private static final int MOST_ROUNDS = 6_000;
  private static final long MOST_NS = TimeUnit.SECONDS.toNanos(30);
  private static final List<Integer> ROUNDS_TO_TELL = List.of(1, 2, 3, 5, 10, 100);

  /** What a framework wants, and what is left of it. */
  private static final class Appetite {
    private final Resources task;
    private final int mostPerOffer;
    private int left;

    Appetite(String task, int tasks, int mostPerOffer) {
      this.task = Resources.of(task);
      this.left = tasks;
      this.mostPerOffer = mostPerOffer;
    }

    /** Takes of an offer what it can use now. */
    Resources take(Resources offer) {
      int count = Math.min(left, mostPerOffer);
      for (String name : task.names()) {
        count = (int) Math.min(count, offer.scalarMilli(name) / task.scalarMilli(name));
      }
      left -= count;
      return Workload.times(task, count);
    }
  }

  /** As Mesos's benchmark has it: 19,500 tasks for 80 agents. */
  static MultiFramework asInMesos() {
    return new MultiFramework(80, 4, 500, 50);
  }

  @Override
  public String name() {
    return "D MultiFrameworkAllocations";
  }

  @Override
  public String parameters() {
    return agents + " agents, " + (marathons + jenkins + sparks) + " fw";
  }

  @Override
  public Case warmUp() {
    return new MultiFramework(Math.max(1, agents / 4), 1, jenkins / 4, sparks / 4);
  }

  @Override
  public void run(Run run) {
    Map<FrameworkId, Appetite> appetites = new LinkedHashMap<>();
    List<FrameworkFacts> facts = new ArrayList<>();
    for (int i = 1; i <= marathons; i++) {
      facts.add(framework("Marathon-" + i, "roleA-" + i));
      appetites.put(
          new FrameworkId("Marathon-" + i), new Appetite("cpus:0.07;mem:400", 4_000, 100));
    }
    for (int i = 1; i <= jenkins; i++) {
      facts.add(framework("Jenkins-" + i, "roleB"));
      appetites.put(new FrameworkId("Jenkins-" + i), new Appetite("cpus:0.1;mem:4000", 5, 1));
    }
    for (int i = 1; i <= sparks; i++) {
      facts.add(framework("SparkDispatcher-" + i, "roleC-" + i));
      appetites.put(
          new FrameworkId("SparkDispatcher-" + i), new Appetite("cpus:1;mem:1000", 20, 5));
    }
    Subject subject = run.subject();
    subject.addAgents(Workload.idleAgents(agents, AGENT), agents);
    subject.addFrameworks(facts);
    rounds(run, subject, appetites);
  }

  private static FrameworkFacts framework(String name, String role) {
    return Workload.framework(new FrameworkId(name), role);
  }

  private static void rounds(Run run, Subject subject, Map<FrameworkId, Appetite> appetites) {
    int wanted = left(appetites);
    Samples rounds = new Samples();
    double complete = Double.POSITIVE_INFINITY;
    long end = System.nanoTime() + MOST_NS;
    Map<Integer, Integer> told = new LinkedHashMap<>();
    while (Double.isInfinite(complete)
        && rounds.count() < MOST_ROUNDS
        && System.nanoTime() - end < 0) {
      rounds.time(subject::round);
      for (Grant offer : subject.takeOpen()) {
        Appetite appetite = Objects.requireNonNull(appetites.get(offer.framework()));
        subject.answer(offer, appetite.take(offer.resources()), Optional.empty());
      }
      int left = left(appetites);
      if (ROUNDS_TO_TELL.contains(rounds.count())) {
        told.put(rounds.count(), wanted - left);
      }
      if (left == 0) {
        complete = rounds.count();
      }
    }
    run.record("round, median", rounds.median());
    told.forEach((round, tasks) -> run.record("tasks after round " + round, Figure.count(tasks)));
    run.record("tasks in the end", Figure.count(wanted - left(appetites)));
    run.record("rounds until all tasks are placed", Figure.count(complete));
  }

  private static int left(Map<FrameworkId, Appetite> appetites) {
    return appetites.values().stream().mapToInt(appetite -> appetite.left).sum();
  }
}
