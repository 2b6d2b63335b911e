package io.meseta.testkit.simulation.cluster;

import io.meseta.common.resources.Resources;
import io.meseta.master.core.MasterSettings;
import io.meseta.testkit.simulation.world.Draw;
import io.meseta.testkit.simulation.world.HostClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All hosts of one cluster. */
final class Hosts {
  private static final Duration MOST_APART = Duration.ofMinutes(10);
  private static final int MOST_DRIFT_PPM = 2_000;

  final List<MasterHost> masters = new ArrayList<>();
  final List<AgentHost> agents = new ArrayList<>();
  final List<FrameworkOwner> frameworks = new ArrayList<>();

  private final World world;
  private final Draw draw;

  Hosts(World world, Size size) {
    this.world = world;
    this.draw = world.draws().of("hosts");
    boolean busy = size.agents() > 50;
    for (int i = 0; i < size.masters(); i++) {
      masters.add(new MasterHost(world, i, clock(), MasterSettings.DEFAULTS));
    }
    for (int i = 0; i < size.agents(); i++) {
      HostClock clock = clock();
      agents.add(new AgentHost(world, clock, AgentPlan.draw(i, draw)));
    }
    for (int i = 0; i < size.frameworks(); i++) {
      Draw ofAuthor = world.draws().of("author " + i);
      frameworks.add(
          new FrameworkOwner(world, AuthorPlan.draw(i, ofAuthor, busy), clock(), clock()));
    }
  }

  private HostClock clock() {
    double apart = Math.min(1, world.faults().of(Fault.CLOCKS_APART));
    long offset = (long) (apart * draw.between(-1.0, 1.0) * MOST_APART.toNanos());
    long drift = (long) (apart * draw.between(-1.0, 1.0) * MOST_DRIFT_PPM);
    return new HostClock(world.agenda(), offset, drift);
  }

  /** Starts all processes, within a few seconds. */
  void start() {
    for (MasterHost master : masters) {
      soon(master::start);
    }
    for (AgentHost agent : agents) {
      soon(agent::bringUp);
    }
    for (FrameworkOwner framework : frameworks) {
      soon(framework::start);
    }
  }

  private void soon(Runnable action) {
    world.agenda().after(draw.nanos(Duration.ZERO, Duration.ofSeconds(5)), action);
  }

  /** If anything is reserved, somebody comes who gives it back: for any role, whoever made it. */
  void sweep() {
    boolean anything =
        agents.stream()
            .anyMatch(
                agent -> !agent.total().orElse(Resources.EMPTY).equals(agent.plan().resources()));
    if (anything) {
      FrameworkOwner sweeper = new FrameworkOwner(world, AuthorPlan.sweeper(), clock(), clock());
      sweeper.stopLaunching();
      frameworks.add(sweeper);
      sweeper.start();
      world.tally().count("sweeps");
    }
  }

  /** The master that leads, if exactly one does. */
  Optional<MasterHost> leader() {
    List<MasterHost> leading = masters.stream().filter(m -> m.isUp() && m.isLeading()).toList();
    return leading.size() == 1 ? Optional.of(leading.get(0)) : Optional.empty();
  }
}
