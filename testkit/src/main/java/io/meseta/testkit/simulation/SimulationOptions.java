package io.meseta.testkit.simulation;

import io.meseta.testkit.simulation.world.Story;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to simulate.
 *
 * @param seed decides everything that is not said here
 * @param duration of the time in which things go wrong
 * @param agents how many; by the seed when it is not said
 * @param frameworks how many; by the seed when it is not said
 * @param faults how much goes wrong
 * @param story told what happens, for people
 */
public record SimulationOptions(
    long seed,
    Duration duration,
    OptionalInt agents,
    OptionalInt frameworks,
    FaultProfile faults,
    Optional<Story> story) {

  /** Two hours of a cluster that the seed makes up, with faults that the seed makes up. */
  public static SimulationOptions swarm(long seed) {
    return new SimulationOptions(
        seed,
        Duration.ofHours(2),
        OptionalInt.empty(),
        OptionalInt.empty(),
        FaultProfile.SWARM,
        Optional.empty());
  }

  /** The same for another time. */
  public SimulationOptions withDuration(Duration other) {
    return new SimulationOptions(seed, other, agents, frameworks, faults, story);
  }

  /** The same with so many agents and frameworks. */
  public SimulationOptions withSize(int agentCount, int frameworkCount) {
    return new SimulationOptions(
        seed, duration, OptionalInt.of(agentCount), OptionalInt.of(frameworkCount), faults, story);
  }

  /** The same with other faults. */
  public SimulationOptions withFaults(FaultProfile other) {
    return new SimulationOptions(seed, duration, agents, frameworks, other, story);
  }

  /** The same, told to a listener. */
  public SimulationOptions withStory(Story listener) {
    return new SimulationOptions(seed, duration, agents, frameworks, faults, Optional.of(listener));
  }
}
