package io.meseta.benchmarks.allocator;

/** What cycles take in a cluster of one size; to be read together with those of other sizes. */
record Growth(int agents) implements Case {
  private static final int FRAMEWORKS = 100;
  private static final int FULL_CYCLES = 15;
  private static final int SMALL_CYCLES = 200;

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String parameters() {
    return agents + " agents";
  }

  @Override
  public Case warmUp() {
    return new Growth(Math.min(agents, 1_000));
  }

  @Override
  public void run(Run run) {
    Samples full = new Samples();
    FullCluster offered = new FullCluster(run.subject(), agents, FRAMEWORKS);
    for (int i = 0; i < FULL_CYCLES; i++) {
      offered.cycle(full);
    }
    run.record("full cycle", full.median());
    run.record("full cycle, per agent", full.median().dividedBy(agents));

    int changed = Math.min(ChangedAgents.CHANGED, agents);
    Samples few = new Samples();
    BusyCluster busy = new BusyCluster(run.subject(), agents, ChangedAgents.FRAMEWORKS);
    for (int i = 0; i < SMALL_CYCLES; i++) {
      busy.change(changed, few, new Samples());
    }
    run.record("cycle after " + changed + " agents changed", few.median());

    Samples none = new Samples();
    for (int i = 0; i < SMALL_CYCLES; i++) {
      busy.idle(none);
    }
    run.record("cycle without a change", none.median());
  }
}
