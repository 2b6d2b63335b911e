package io.meseta.testkit.simulation.cluster;

import io.meseta.testkit.simulation.check.Ledger;
import io.meseta.testkit.simulation.world.Agenda;
import io.meseta.testkit.simulation.world.Coordination;
import io.meseta.testkit.simulation.world.Draws;
import io.meseta.testkit.simulation.world.HostClock;
import io.meseta.testkit.simulation.world.Network;
import io.meseta.testkit.simulation.world.Story;
import io.meseta.testkit.simulation.world.Tally;
import io.meseta.testkit.simulation.world.Trace;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** What all hosts of one simulation share. */
final class World {
  private final Draws draws;
  private final Agenda agenda = new Agenda();
  private final Trace trace = new Trace();
  private final Tally tally = new Tally();
  private final Network network;
  private final Coordination coordination;
  private final Ledger ledger;
  private final FaultPlan faults;
  private final Optional<Story> story;
  private final Addresses addresses = new Addresses();
  private int hosts;
  private long steps;

  World(Draws draws, FaultPlan faults, Optional<Story> story) {
    this.draws = draws;
    this.faults = faults;
    this.story = story;
    this.network = new Network(agenda, draws.of("network"));
    this.coordination = new Coordination(agenda, draws.of("coordination"));
    this.ledger = new Ledger(agenda, tally);
  }

  Draws draws() {
    return draws;
  }

  Agenda agenda() {
    return agenda;
  }

  Trace trace() {
    return trace;
  }

  Tally tally() {
    return tally;
  }

  Network network() {
    return network;
  }

  Coordination coordination() {
    return coordination;
  }

  Ledger ledger() {
    return ledger;
  }

  FaultPlan faults() {
    return faults;
  }

  Addresses addresses() {
    return addresses;
  }

  int newHostNumber() {
    return hosts++;
  }

  Instant rightTime() {
    return HostClock.rightTime(agenda.now());
  }

  /** How many events the cores have handled. */
  long steps() {
    return steps;
  }

  /** A core is given an event. */
  void happened(String host, Object event) {
    steps++;
    trace.add(agenda.now(), host, event);
  }

  /** A core has ordered an effect. */
  void ordered(String host, Object effect) {
    trace.add(agenda.now(), host, effect);
  }

  /** Something that no core is told, as such: a crash, a partition. */
  void note(String host, String what) {
    trace.add(agenda.now(), host, what);
    tell(host, () -> what);
  }

  /** A line for people, made only if somebody listens. */
  void tell(String host, Supplier<String> line) {
    if (story.isPresent()) {
      story.get().tell(agenda.now(), host, line.get());
    }
  }
}
