package io.meseta.benchmarks.allocator;

/** A cycle that offers every agent, in a cluster and in one of twice its size, by turns. */
record TwiceTheAgents(int agents) implements Case {
  private static final int FRAMEWORKS = 100;
  private static final int CYCLES = 15;

  @Override
  public String name() {
    return "twice the agents";
  }

  @Override
  public String parameters() {
    return agents + " and " + 2 * agents;
  }

  @Override
  public Case warmUp() {
    return new TwiceTheAgents(Math.min(agents, 1_000));
  }

  @Override
  public void run(Run run) {
    FullCluster half = new FullCluster(run.subject(), agents, FRAMEWORKS);
    FullCluster whole = new FullCluster(run.subject(), 2 * agents, FRAMEWORKS);
    Samples ofHalf = new Samples();
    Samples ofWhole = new Samples();
    for (int i = 0; i < CYCLES; i++) {
      half.cycle(ofHalf);
      whole.cycle(ofWhole);
    }
    run.record("full cycle, fewer agents", ofHalf.median());
    run.record("full cycle, more agents", ofWhole.median());
    run.record(
        "full cycle, more agents to fewer",
        Figure.ratio(ofWhole.median().value() / ofHalf.median().value()));
  }
}
