package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.scheduler.AttributeConstraint;
import io.meseta.api.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.testkit.simulation.world.Draw;
import java.util.List;
import java.util.Optional;

/**
 * Which agents a framework may and wants to be offered.
 *
 * @param regionAware whether it knows of regions other than the master's
 * @param hostnames a pattern for those that it wants for the first of its roles; all when it is
 *     empty
 */
record Reach(boolean regionAware, String hostnames) {
  static final Reach EVERYWHERE = new Reach(true, "");

  static Reach draw(Draw draw) {
    String hostnames =
        draw.chance(0.3)
            ? draw.pick(List.of("agent-[0-4]", "agent-.*[02468]", "agent-[1-9]+"))
            : "";
    return new Reach(draw.chance(0.5), hostnames);
  }

  /** What it says of that when it subscribes with this description. */
  Optional<OfferConstraints> constraints(FrameworkInfo info) {
    if (hostnames.isEmpty()) {
      return Optional.empty();
    }
    AttributeConstraint matches =
        AttributeConstraint.newBuilder()
            .setSelector(
                AttributeConstraint.Selector.newBuilder()
                    .setPseudoattributeType(PseudoattributeType.HOSTNAME))
            .setPredicate(
                AttributeConstraint.Predicate.newBuilder()
                    .setTextMatches(
                        AttributeConstraint.Predicate.TextMatches.newBuilder().setRegex(hostnames)))
            .build();
    return Optional.of(
        OfferConstraints.newBuilder()
            .putRoleConstraints(
                FrameworkFacts.rolesOf(info).first(),
                OfferConstraints.RoleConstraints.newBuilder()
                    .addGroups(
                        OfferConstraints.RoleConstraints.Group.newBuilder()
                            .addAttributeConstraints(matches))
                    .build())
            .build());
  }
}
