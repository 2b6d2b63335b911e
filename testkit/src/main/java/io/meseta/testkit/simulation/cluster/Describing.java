package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.scheduler.internal.Calls;
import io.meseta.testkit.simulation.world.Draw;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A framework that describes itself anew now and then: another failover timeout, other roles or
 * capabilities. It goes on until a master has taken the description, as an answer that was lost
 * leaves open what it is.
 */
final class Describing {
  private static final double PER_TICK = 0.04;

  /** None, a minute, some, and a day. */
  private static final List<Double> FAILOVER_SECONDS = List.of(0.0, 60.0, 1200.0, 86_400.0);

  private final FrameworkOwner owner;
  private final FrameworkHost host;
  private final Draw draw;
  private final double often;

  /** What it wants to be, until a master has taken it. */
  private @Nullable Wanted wanted;

  private long underWay = -1;

  private record Wanted(FrameworkInfo info, List<String> suppressed) {}

  Describing(FrameworkOwner owner, FrameworkHost host, Draw draw) {
    this.owner = owner;
    this.host = host;
    this.draw = draw;
    this.often = PER_TICK * host.world.faults().of(Fault.FRAMEWORK_UPDATES);
  }

  boolean isUnderWay() {
    return wanted != null;
  }

  /**
   * Once a minute while it is connected.
   *
   * @param mayChange whether it may want something new
   * @param suppresses whether it wants no offers at present
   */
  void tick(boolean mayChange, boolean suppresses) {
    if (underWay >= 0) {
      return;
    }
    if (wanted == null && mayChange && draw.chance(often)) {
      wanted = anew(suppresses);
    }
    Wanted asked = wanted;
    if (asked != null) {
      underWay = host.nextCall();
      host.call(Calls.updateFramework(asked.info, asked.suppressed));
    }
  }

  private Wanted anew(boolean suppresses) {
    FrameworkInfo.Builder info = host.info().toBuilder();
    switch (draw.between(0, 3)) {
      case 0 -> info.setFailoverTimeout(draw.pick(FAILOVER_SECONDS));
      case 1 -> toggle(info, Capability.Type.PARTITION_AWARE);
      case 2 -> toggle(info, Capability.Type.TASK_KILLING_STATE);
      default -> {
        if (owner.plan().multiRole()) {
          info.clearRoles()
              .addAllRoles(
                  draw.pick(
                      List.of(List.of("blue"), List.of("blue", "red"), owner.plan().roles())));
        } else {
          info.setName(owner.plan().name() + "-" + draw.between(1, 99));
        }
      }
    }
    return new Wanted(info.build(), suppressed(info, suppresses));
  }

  private static void toggle(FrameworkInfo.Builder info, Capability.Type type) {
    List<Capability> capabilities = new ArrayList<>(info.getCapabilitiesList());
    if (!capabilities.removeIf(each -> each.getType() == type)) {
      capabilities.add(Capability.newBuilder().setType(type).build());
    }
    info.clearCapabilities().addAllCapabilities(capabilities);
  }

  /** All roles when it wants no offers, otherwise some of several. */
  @SuppressWarnings("deprecation") // Frameworks without MULTI_ROLE still write the older field.
  private List<String> suppressed(FrameworkInfo.Builder info, boolean suppresses) {
    List<String> roles =
        owner.plan().multiRole() ? List.copyOf(info.getRolesList()) : List.of(info.getRole());
    if (suppresses) {
      return roles;
    }
    return roles.size() > 1 && draw.chance(0.3) ? roles.subList(1, roles.size()) : List.of();
  }

  /** A call was accepted; the roles that are suppressed from now on, if it was this one. */
  Optional<List<String>> accepted(long call) {
    Wanted taken = wanted;
    if (call != underWay || taken == null) {
      return Optional.empty();
    }
    underWay = -1;
    wanted = null;
    host.describedAs(taken.info);
    return Optional.of(taken.suppressed);
  }

  /** A call has failed: if it was this one, it is made again. */
  void failed(long call) {
    if (call == underWay) {
      underWay = -1;
    }
  }
}
