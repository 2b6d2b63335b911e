package io.meseta.testkit.simulation.cluster;

import io.meseta.testkit.simulation.world.Draws;
import io.meseta.testkit.simulation.world.Story;
import io.meseta.testkit.simulation.world.Tally;
import io.meseta.testkit.simulation.world.Trace;
import io.meseta.testkit.simulation.world.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * One history of one cluster: a time in which things go wrong and nothing may break, and a time in
 * which all is well and everything has to come to its end.
 */
public final class History {
  /** Everything pending must be done by then: the longest of all back-offs and time-outs, twice. */
  private static final Duration PATIENCE = Duration.ofMinutes(40);

  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final int SHOWN_EVENTS = 60;

  /**
   * Something that must not be.
   *
   * @param step so many events the cores had handled
   * @param atNs simulated time
   * @param message what does not hold, in words
   * @param lastEvents of what is concerned, the newest last
   */
  public record Failure(long step, long atNs, String message, List<String> lastEvents) {}

  private final World world;
  private final Hosts hosts;
  private final Operator operator;
  private final Trouble trouble;
  private final Liveness liveness;

  /**
   * @param seed all chance comes from it
   * @param size of the cluster
   * @param faults what goes wrong
   * @param story told what happens, if anybody listens
   */
  public History(long seed, Size size, FaultPlan faults, Optional<Story> story) {
    this.world = new World(new Draws(seed), faults, story);
    this.hosts = new Hosts(world, size);
    this.operator = new Operator(world, hosts);
    this.trouble = new Trouble(world, hosts, operator);
    this.liveness = new Liveness(world, hosts, operator);
    world.coordination().watchStore(world.ledger()::storeApplied);
  }

  /** Lets it happen. */
  public Optional<Failure> run(Duration duration) {
    try {
      hosts.start();
      trouble.begin();
      runUntil(duration.toNanos());
      finish();
      return Optional.empty();
    } catch (Violation e) {
      return Optional.of(failure(e));
    }
  }

  private void runUntil(long untilNs) {
    while (world.agenda().step(untilNs)) {
      // Each step checks what it touches.
    }
  }

  private void finish() {
    trouble.end();
    hosts.frameworks.forEach(FrameworkOwner::stopLaunching);
    await("the cluster does not come to rest", liveness::unsettled);
    operator.reactivateEverything();
    await("the operator is not obeyed", liveness::outOfService);
    TreeSet<String> offers = openOffers();
    hosts.frameworks.forEach(framework ->
        framework.running().flatMap(FrameworkHost::author).ifPresent(Author::killEverything));
    await("not everything ends", liveness::leftovers);
    hosts.sweep();
    await("not everything is given back", liveness::reserved);
    await(
        "offers stay unanswered",
        () -> {
          TreeSet<String> old = openOffers();
          old.retainAll(offers);
          return List.copyOf(old);
        });
  }

  private TreeSet<String> openOffers() {
    TreeSet<String> open = new TreeSet<>();
    hosts.masters.forEach(master -> open.addAll(master.checks().openOffers()));
    return open;
  }

  private void await(String otherwise, Supplier<List<String>> pending) {
    long limit = world.agenda().now() + PATIENCE.toNanos();
    List<String> left = pending.get();
    while (!left.isEmpty()) {
      if (world.agenda().now() >= limit) {
        throw new Violation(
            otherwise
                + " within "
                + PATIENCE.toMinutes()
                + " minutes after all faults have ended: "
                + String.join("; ", left),
            left.get(0).split(" ", -1)[0]);
      }
      runUntil(world.agenda().now() + LOOK.toNanos());
      left = pending.get();
    }
  }

  private Failure failure(Violation violation) {
    List<String> concerned = violation.concerned().stream().filter(s -> !s.isEmpty()).toList();
    return new Failure(
        world.steps(),
        world.agenda().now(),
        violation.getMessage() == null ? violation.toString() : violation.getMessage(),
        world
            .trace()
            .last(
                SHOWN_EVENTS,
                line -> concerned.isEmpty() || concerned.stream().anyMatch(line::contains)));
  }

  /** How many events the cores have handled. */
  public long steps() {
    return world.steps();
  }

  /** How much time has passed, in nanoseconds. */
  public long simulatedNs() {
    return world.agenda().now();
  }

  /** What happened how often. */
  public Tally tally() {
    return world.tally();
  }

  /** Over all events and effects of all cores. */
  public long hash() {
    return world.trace().hash();
  }

  /** The last events, whoever they concern. */
  public List<String> lastEvents(int number) {
    Trace trace = world.trace();
    return trace.last(number, line -> true);
  }
}
