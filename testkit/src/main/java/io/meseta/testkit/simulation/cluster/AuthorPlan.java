package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.common.codec.MediaType;
import io.meseta.testkit.simulation.world.Draw;
import java.time.Duration;
import java.util.List;

/**
 * What kind of framework this is.
 *
 * @param roles one, unless it has the capability MULTI_ROLE
 * @param failoverTimeout 0 is none
 * @param acks how its author acknowledges updates
 * @param type in which it speaks to masters
 * @param wantedTasks so many tasks are kept running
 * @param meanDuration of a task
 * @param refuseSeconds how long it does not want to see what it has declined
 * @param killShare of its tasks are killed per minute
 * @param suppresses whether it asks for no offers while it wants none
 * @param remembersTasks whether its author still knows its tasks after a crash
 * @param ignoresOffers the share of offers that are not answered
 * @param storage what it does with reservations and volumes
 * @param reach which agents it may and wants to be offered
 */
record AuthorPlan(
    String name,
    List<String> roles,
    boolean multiRole,
    boolean partitionAware,
    boolean killingState,
    Duration failoverTimeout,
    Acks acks,
    MediaType type,
    int wantedTasks,
    Duration meanDuration,
    double refuseSeconds,
    double killShare,
    boolean suppresses,
    boolean remembersTasks,
    double ignoresOffers,
    StoragePlan storage,
    Reach reach) {

  /** How updates are acknowledged. */
  enum Acks {
    /** By the driver, once the author has seen them. */
    AUTOMATIC,
    /** By the author. */
    BY_HAND,
    /** By the author, some time later. */
    LATE,
    /** By the author, twice. */
    TWICE
  }

  private static final List<Duration> TIMEOUTS =
      List.of(Duration.ZERO, Duration.ofMinutes(2), Duration.ofMinutes(30), Duration.ofDays(7));

  /**
   * Draws one.
   *
   * @param busy in a large cluster: many tasks, and long filters instead of SUPPRESS and REVIVE,
   *     after which all agents would be offered for one task that ended. An agent with more than
   *     was declined is offered anyway.
   */
  static AuthorPlan draw(int index, Draw draw, boolean busy) {
    boolean multiRole = draw.chance(0.4);
    List<String> roles =
        multiRole
            ? draw.pick(
                List.of(
                    List.of("blue"),
                    List.of("blue", "green"),
                    List.of("green", "red"),
                    List.of("blue", "blue/sky"),
                    List.of("blue/sky", "green")))
            : List.of(draw.pick(List.of("*", "blue", "green", "blue/sky")));
    return new AuthorPlan(
        "framework-" + index,
        roles,
        multiRole,
        draw.chance(0.7),
        draw.chance(0.5),
        draw.pick(TIMEOUTS),
        draw.pick(List.of(Acks.AUTOMATIC, Acks.AUTOMATIC, Acks.BY_HAND, Acks.LATE, Acks.TWICE)),
        draw.chance(0.15) ? MediaType.JSON : MediaType.PROTOBUF,
        busy ? draw.between(10, 40) : draw.between(0, 6),
        Duration.ofSeconds((long) StrictMath.exp(draw.between(busy ? 6.0 : 4.0, 8.5))),
        busy ? 3600 : draw.pick(List.of(5.0, 60.0, 300.0, 600.0, 1200.0)),
        draw.chance(0.5) ? draw.between(0.0, 0.1) : 0,
        !busy && draw.chance(0.5),
        draw.chance(0.5),
        draw.chance(0.3) ? 0.05 : 0,
        StoragePlan.draw(draw, busy),
        Reach.draw(draw));
  }

  /** One that launches nothing, and gives back what was ever reserved for any role. */
  static AuthorPlan sweeper() {
    return new AuthorPlan(
        "sweeper",
        List.of("blue", "blue/sky", "green", "red"),
        true,
        true,
        true,
        Duration.ofDays(7),
        Acks.AUTOMATIC,
        MediaType.PROTOBUF,
        0,
        Duration.ofMinutes(1),
        5,
        0,
        false,
        true,
        0,
        StoragePlan.SWEEPS,
        Reach.EVERYWHERE);
  }

  @SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE still write the older field.
  FrameworkInfo info() {
    FrameworkInfo.Builder info =
        FrameworkInfo.newBuilder()
            .setUser("nobody")
            .setName(name)
            .setFailoverTimeout(failoverTimeout.toNanos() / 1e9);
    if (multiRole) {
      info.addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE));
      info.addAllRoles(roles);
    } else {
      info.setRole(roles.get(0));
    }
    if (partitionAware) {
      info.addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE));
    }
    if (killingState) {
      info.addCapabilities(capability(FrameworkInfo.Capability.Type.TASK_KILLING_STATE));
    }
    if (storage.refined()) {
      info.addCapabilities(capability(FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT));
    }
    if (reach.regionAware()) {
      info.addCapabilities(capability(FrameworkInfo.Capability.Type.REGION_AWARE));
    }
    return info.build();
  }

  private static FrameworkInfo.Capability.Builder capability(FrameworkInfo.Capability.Type type) {
    return FrameworkInfo.Capability.newBuilder().setType(type);
  }
}
