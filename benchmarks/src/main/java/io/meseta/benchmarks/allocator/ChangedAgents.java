package io.meseta.benchmarks.allocator;

/**
 * What a cycle costs in which on {@value #CHANGED} agents something has changed, in a small and in
 * a large cluster, by turns. The cluster's size should not matter.
 */
record ChangedAgents(int few, int many) implements Case {
  static final int CHANGED = 100;
  static final int FRAMEWORKS = 50;
  private static final int CYCLES = 300;

  @Override
  public String name() {
    return "changed agents";
  }

  @Override
  public String parameters() {
    return CHANGED + " of " + few + " and of " + many;
  }

  @Override
  public Case warmUp() {
    return new ChangedAgents(Math.min(few, 1_000), Math.min(many, 2_000));
  }

  @Override
  public void run(Run run) {
    BusyCluster small = new BusyCluster(run.subject(), few, FRAMEWORKS);
    BusyCluster large = new BusyCluster(run.subject(), many, FRAMEWORKS);
    Samples smallCycles = new Samples();
    Samples largeCycles = new Samples();
    Samples smallOthers = new Samples();
    Samples largeOthers = new Samples();
    for (int i = 0; i < CYCLES; i++) {
      small.change(CHANGED, smallCycles, smallOthers);
      large.change(CHANGED, largeCycles, largeOthers);
    }
    Samples idle = new Samples();
    for (int i = 0; i < CYCLES; i++) {
      large.idle(idle);
    }
    run.record("cycle, fewer agents, median", smallCycles.median());
    run.record("cycle, more agents, median", largeCycles.median());
    run.record("cycle, more agents, worst", largeCycles.worst());
    run.record(
        "cycle, more agents to fewer",
        Figure.ratio(largeCycles.median().value() / smallCycles.median().value()));
    run.record("ends and answers, fewer agents", smallOthers.median());
    run.record("ends and answers, more agents", largeOthers.median());
    run.record("cycle without a change", idle.median());
  }
}
