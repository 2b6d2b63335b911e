package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.DomainInfo;
import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.scheduler.AttributeConstraint;
import io.meseta.api.v1.scheduler.AttributeConstraint.Selector.PseudoattributeType;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.constraints.AgentTraits;
import io.meseta.master.allocation.constraints.CompiledConstraints;
import io.meseta.master.allocation.constraints.ConstraintLimits;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DrfAllocatorTest {
  private static final String AGENT = "cpus:4;mem:1024";

  @Test
  void offersEverythingThatIsFreeOnAnAgentAtOnce() {
    var pool = new Pool().framework("A", "*").agent("S1", "cpus:4;mem:1024;ports:[1-9]");
    assertThat(pool.cycle())
        .containsExactly(
            new Grant(
                1,
                Pool.id("A"),
                "*",
                Pool.agentId("S1"),
                Resources.of("cpus:4;mem:1024;ports:[1-9]")));
  }

  @Test
  void offersNothingTwice() {
    var pool = new Pool().framework("A", "*").framework("B", "*").agent("S1", AGENT);
    assertThat(pool.cycle()).hasSize(1);
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.allocator.hasWork()).isFalse();
  }

  @Test
  void keepsWhatIsUsedAndOffersTheRestAgain() {
    var pool = new Pool().framework("A", "*").agent("S1", AGENT);
    var grant = pool.grant();
    pool.accept(grant, "cpus:1;mem:100");
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:3;mem:924"));
    pool.end(grant, "cpus:1;mem:100");
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1;mem:100"));
  }

  @Test
  void answersSeveralGrantsOfOneAgentTogether() {
    var pool = new Pool().framework("A", "*").agent("S1", AGENT);
    var first = pool.grant();
    pool.accept(first, "cpus:2;mem:512");
    var second = pool.grant();
    pool.end(first, "cpus:2;mem:512");
    var third = pool.grant();
    pool.allocator.answer(
        List.of(second, third), Resources.of("cpus:3;mem:1000"), Optional.empty(), pool.now);
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1;mem:24"));
  }

  @Test
  void whatOperationsConvertStaysGrantedAndIsTheRolesAfterwards() {
    var pool = new Pool().framework("A", "a").framework("B", "b").agent("S1", AGENT);
    var grant = pool.grant();
    var role = grant.role();

    var converted =
        pool.allocator.convert(
            List.of(grant), Resources.of("cpus:3"), Resources.of("cpus(" + role + "):3"), pool.now);

    assertThat(converted.resources())
        .isEqualTo(Resources.of("cpus:1;mem:1024;cpus(" + role + "):3"));
    assertThat(pool.allocator.allocated(role)).isEqualTo(Resources.of(AGENT).quantities());
    pool.allocator.assertInvariants();
    assertThat(pool.cycle()).as("nothing of it is free").isEmpty();
    pool.decline(converted, 3600);
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1;mem:1024"));
    pool.allocator.assertInvariants();
  }

  @Test
  void convertsOnlyWhatIsGranted() {
    var pool = new Pool().framework("A", "a").agent("S1", AGENT);
    var grant = pool.grant();
    assertThatThrownBy(() ->
            pool.allocator.convert(
                List.of(grant), Resources.of("cpus:5"), Resources.of("cpus(a):5"), pool.now))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was not granted");
    pool.allocator.assertInvariants();
  }

  @Test
  void convertsWhatAShrunkenAgentStillHas() {
    var pool = new Pool().framework("A", "a").agent("S1", "cpus:4;mem:1024");
    var grant = pool.grant();
    pool.allocator.updateAgent(new AgentFacts(grant.agent(), Resources.of("cpus:2;mem:1024")));
    assertThatThrownBy(() ->
            pool.allocator.convert(
                List.of(grant), Resources.of("cpus:3"), Resources.of("cpus(a):3"), pool.now))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has shrunk");
    pool.allocator.assertInvariants();

    var converted =
        pool.allocator.convert(
            List.of(grant), Resources.of("cpus:1"), Resources.of("cpus(a):1"), pool.now);
    pool.allocator.assertInvariants();
    pool.decline(converted, 0);
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1;mem:1024;cpus(a):1"));
  }

  @Test
  void refusesAnAnswerThatDoesNotFit() {
    var pool = new Pool().framework("A", "*").agent("S1", AGENT).agent("S2", AGENT);
    var grants = pool.cycle();
    assertThatThrownBy(() -> pool.accept(grants.get(0), "cpus:5"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was not granted");
    assertThatThrownBy(
            () -> pool.allocator.answer(grants, Resources.EMPTY, Optional.empty(), pool.now))
        .isInstanceOf(IllegalStateException.class);
    pool.decline(grants.get(0), 0);
    assertThatThrownBy(() -> pool.decline(grants.get(0), 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Not open");
    assertThatThrownBy(() -> pool.end(grants.get(1), "cpus:1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Not in use");
    pool.allocator.assertInvariants();
  }

  @Test
  void servesTheSmallestDominantShareFirst() {
    // B uses 1/8 of the CPUs but half of the memory, A a quarter of the CPUs.
    var pool = new Pool().agent("S1", "cpus:8;mem:1000");
    pool.allocator.charge(
        Pool.agentId("S1"), new Holding(Pool.id("A"), "a", Resources.of("cpus:2;mem:10")));
    pool.allocator.charge(
        Pool.agentId("S1"), new Holding(Pool.id("B"), "b", Resources.of("cpus:1;mem:500")));
    pool.framework("B", "b").framework("A", "a");
    assertThat(pool.grant().framework()).isEqualTo(Pool.id("A"));
  }

  @Test
  void dividesByWeight() {
    var pool = new Pool().agent("S1", "cpus:8;mem:1000");
    pool.allocator.charge(
        Pool.agentId("S1"), new Holding(Pool.id("A"), "a", Resources.of("cpus:4")));
    pool.allocator.charge(
        Pool.agentId("S1"), new Holding(Pool.id("B"), "b", Resources.of("cpus:2")));
    pool.allocator.setWeight("a", 3000);
    pool.framework("B", "b").framework("A", "a");
    assertThat(pool.grant().framework()).isEqualTo(Pool.id("A"));
  }

  @Test
  void countsWhatIsOfferedAsHeld() {
    var pool = new Pool().framework("A", "*").framework("B", "*");
    for (int i = 1; i <= 4; i++) {
      pool.agent("S" + i, AGENT);
    }
    assertThat(pool.cycle())
        .extracting(grant -> grant.framework().value())
        .containsExactly("A", "B", "A", "B");
  }

  @Test
  void isFairAmongTheFrameworksOfARoleAfterBeingFairAmongRoles() {
    var pool = new Pool().framework("A", "x").framework("B", "x").framework("C", "y");
    for (int i = 1; i <= 4; i++) {
      pool.agent("S" + i, AGENT);
    }
    assertThat(pool.cycle())
        .extracting(grant -> grant.framework().value())
        .containsExactly("A", "C", "B", "C");
  }

  @Test
  void offersToEachRoleOfAFramework() {
    var pool = new Pool().framework("A", "x", "y").agent("S1", AGENT).agent("S2", AGENT);
    assertThat(pool.cycle()).extracting(Grant::role).containsExactly("x", "y");
  }

  @Test
  void beginsEachCycleWithAnotherAgent() {
    var pool = new Pool().framework("A", "*").agent("S1", AGENT).agent("S2", AGENT);
    var first = pool.cycle();
    first.forEach(grant -> pool.decline(grant, 0));
    var second = pool.cycle();
    assertThat(first).extracting(grant -> grant.agent().value()).containsExactly("S1", "S2");
    assertThat(second).extracting(grant -> grant.agent().value()).containsExactly("S2", "S1");
  }

  @Test
  void givesReservedResourcesToTheirRoleOnly() {
    var pool =
        new Pool()
            .framework("A", "x")
            .framework("B", "y")
            .framework("C", "y/z")
            .agent("S1", "cpus:1;mem:100;cpus(y):2;mem(y):200;cpus(q):3");
    assertThat(pool.cycle())
        .containsExactlyInAnyOrder(
            new Grant(1, Pool.id("A"), "x", Pool.agentId("S1"), Resources.of("cpus:1;mem:100")),
            new Grant(
                2, Pool.id("B"), "y", Pool.agentId("S1"), Resources.of("cpus(y):2;mem(y):200")));
    assertThat(pool.reasons("C", "S1"))
        .anyMatch(reason ->
            reason instanceof RefusalReason.ReservedForOthers others
                && others.resources().equals(Resources.of("cpus(q):3")));
  }

  @Test
  void givesReservationsToRolesBelow() {
    var pool = new Pool().framework("C", "y/z").agent("S1", "cpus(y):2");
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus(y):2"));
  }

  @Test
  void leavesCrumbs() {
    var pool = new Pool().framework("A", "*").agent("S1", "cpus:0.005;mem:31;disk:1000");
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1"))
        .singleElement()
        .extracting(RefusalReason::text)
        .isEqualTo(
            "only [cpus:0.005;disk:1000;mem:31] is free for this role, an offer needs at least"
                + " cpus:0.01 or mem:32");
    pool.agent("S2", "cpus:0.01").agent("S3", "mem:32");
    assertThat(pool.cycle()).hasSize(2);
  }

  @Test
  void takesAFrameworksOwnMinimum() {
    var plain = Pool.facts("A", EnumSet.noneOf(Capability.Type.class), "x");
    var picky =
        new FrameworkFacts(
            plain.id(),
            plain.roles(),
            plain.capabilities(),
            plain.suppressedRoles(),
            new TreeMap<>(Map.of("x", List.of(Resources.of("cpus:8").quantities()))));
    var pool = new Pool().agent("S1", AGENT).agent("S2", "cpus:8;mem:1");
    pool.allocator.addFramework(picky);
    assertThat(pool.grant().agent()).isEqualTo(Pool.agentId("S2"));
  }

  @Test
  void offersOnlyAgentsThatMeetTheConstraintsAndTellsWhichOthersDoNotMeet() {
    var constraints =
        OfferConstraints.newBuilder()
            .putRoleConstraints(
                "x",
                OfferConstraints.RoleConstraints.newBuilder()
                    .addGroups(
                        OfferConstraints.RoleConstraints.Group.newBuilder()
                            .addAttributeConstraints(hostnameIs("h2")))
                    .build())
            .build();
    var plain = Pool.facts("A", EnumSet.noneOf(Capability.Type.class), "x");
    var picky =
        new FrameworkFacts(
            plain.id(),
            plain.roles(),
            plain.capabilities(),
            plain.suppressedRoles(),
            plain.minAllocatable(),
            CompiledConstraints.of(constraints, ConstraintLimits.DEFAULTS));
    var pool = new Pool();
    for (String host : List.of("h1", "h2")) {
      pool.allocator.addAgent(agentNamed(host, host), List.of());
    }
    pool.allocator.addFramework(picky);
    assertThat(pool.grant().agent()).isEqualTo(Pool.agentId("h2"));
    assertThat(pool.reasons("A", "h1"))
        .singleElement()
        .extracting(RefusalReason::text)
        .isEqualTo(
            "the agent does not meet the framework's offer constraints for role 'x': the hostname"
                + " must be 'h2' and is 'h1'");

    pool.allocator.updateAgent(agentNamed("h1", "h2"));
    assertThat(pool.grant().agent()).isEqualTo(Pool.agentId("h1"));

    pool.allocator.addAgent(agentNamed("h3", "h3"), List.of());
    assertThat(pool.cycle()).isEmpty();
    pool.allocator.updateFramework(plain);
    assertThat(pool.grant().agent()).isEqualTo(Pool.agentId("h3"));
  }

  private static AttributeConstraint.Builder hostnameIs(String wanted) {
    return AttributeConstraint.newBuilder()
        .setSelector(
            AttributeConstraint.Selector.newBuilder()
                .setPseudoattributeType(PseudoattributeType.HOSTNAME))
        .setPredicate(
            AttributeConstraint.Predicate.newBuilder()
                .setTextEquals(
                    AttributeConstraint.Predicate.TextEquals.newBuilder().setValue(wanted)));
  }

  private static AgentFacts agentNamed(String id, String hostname) {
    return new AgentFacts(
        Pool.agentId(id),
        Resources.of(AGENT),
        AgentTraits.of(AgentInfo.newBuilder().setHostname(hostname).build()));
  }

  @Test
  void hidesGpuAgentsFromThoseWhoDoNotAsk() {
    var pool = new Pool().framework("A", "x").agent("S1", "cpus:4;mem:1024;gpus:1");
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1"))
        .containsExactly(
            new RefusalReason.NeedsCapability(
                Capability.Type.GPU_RESOURCES, Resources.of("gpus:1")));
    pool.framework("B", Capability.Type.GPU_RESOURCES, "y");
    assertThat(pool.grant().framework()).isEqualTo(Pool.id("B"));
  }

  @Test
  void offersAgentsOfOtherRegionsOnlyToThoseWhoKnowOfRegions() {
    var pool = new Pool().framework("A", "x");
    var south = AgentInfo.newBuilder().setHostname("h").setDomain(domain("south")).build();
    var traits = AgentTraits.of(south);
    pool.allocator.addAgent(
        new AgentFacts(Pool.agentId("S1"), Resources.of(AGENT), traits.seenFrom(domain("north"))),
        List.of());
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1"))
        .singleElement()
        .extracting(RefusalReason::text)
        .isEqualTo(
            "the agent is in another region than the master, 'south', and needs the capability"
                + " REGION_AWARE");

    pool.framework("B", Capability.Type.REGION_AWARE, "y");
    assertThat(pool.grant().framework()).isEqualTo(Pool.id("B"));

    assertThat(traits.seenFrom(domain("south")).isRemote()).isFalse();
    assertThat(traits.seenFrom(DomainInfo.getDefaultInstance()).isRemote()).isFalse();
    assertThat(AgentTraits.NONE.seenFrom(domain("north")).isRemote()).isFalse();
  }

  private static DomainInfo domain(String region) {
    return DomainInfo.newBuilder()
        .setFaultDomain(
            DomainInfo.FaultDomain.newBuilder()
                .setRegion(DomainInfo.FaultDomain.RegionInfo.newBuilder().setName(region))
                .setZone(DomainInfo.FaultDomain.ZoneInfo.newBuilder().setName("z")))
        .build();
  }

  @Test
  void showsGpuAgentsToAllWhenToldSo() {
    var pool =
        new Pool(AllocationOptions.defaults().withGpuAgentsOnlyForGpuFrameworks(false))
            .framework("A", "x")
            .agent("S1", "cpus:4;gpus:1");
    assertThat(pool.grant().framework()).isEqualTo(Pool.id("A"));
  }

  @Test
  void keepsRevocableResourcesForThoseWhoCanLoseThem() {
    var regular = Resources.of("cpus:1;mem:100");
    var revocable =
        Resources.of(
            Resources.of("cpus:2").entries().get(0).key().withRevocable(true),
            Resources.of("cpus:2").entries().get(0).value());
    var pool = new Pool().framework("A", "x").agent("S1", regular.plus(revocable));
    assertThat(pool.grant().resources()).isEqualTo(regular);
    assertThat(pool.reasons("A", "S1"))
        .contains(
            new RefusalReason.NeedsCapability(Capability.Type.REVOCABLE_RESOURCES, revocable));
    pool.framework("B", Capability.Type.REVOCABLE_RESOURCES, "y");
    assertThat(pool.grant().resources()).isEqualTo(revocable);
  }

  @Test
  void offersNothingToASuppressedRole() {
    var pool = new Pool().framework("A", "x", "y");
    pool.allocator.suppress(Pool.id("A"), List.of("x"));
    pool.agent("S1", AGENT);
    var grant = pool.grant();
    assertThat(grant.role()).isEqualTo("y");
    pool.decline(grant, 0);
    pool.allocator.suppress(Pool.id("A"), List.of());
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1")).containsExactly(new RefusalReason.Suppressed("x"));
    pool.allocator.revive(Pool.id("A"), List.of("x"));
    assertThat(pool.grant().role()).isEqualTo("x");
  }

  @Test
  void beginsWithTheRolesThatAreSuppressedAtSubscription() {
    var pool = new Pool().agent("S1", AGENT);
    pool.allocator.addFramework(
        Pool.facts("A", EnumSet.noneOf(Capability.Type.class), "x").withSuppressed(List.of("x")));
    assertThat(pool.cycle()).isEmpty();
  }

  @Test
  void offersNothingToADisconnectedFramework() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.allocator.deactivateFramework(Pool.id("A"));
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1")).containsExactly(new RefusalReason.FrameworkInactive());
    pool.allocator.activateFramework(Pool.id("A"));
    assertThat(pool.cycle()).hasSize(1);
  }

  @Test
  void offersNothingOfADeactivatedAgent() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.allocator.deactivateAgent(Pool.agentId("S1"));
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1")).containsExactly(new RefusalReason.AgentDeactivated());
    pool.allocator.activateAgent(Pool.agentId("S1"));
    assertThat(pool.cycle()).hasSize(1);
  }

  @Test
  void followsAFrameworkToItsNewRoles() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    var grant = pool.grant();
    pool.allocator.updateFramework(Pool.facts("A", EnumSet.noneOf(Capability.Type.class), "y"));
    pool.decline(grant, 0);
    assertThat(pool.grant().role()).isEqualTo("y");
  }

  @Test
  void freesTheGrantsOfARemovedFrameworkButNotWhatItsTasksUse() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    var grant = pool.grant();
    pool.accept(grant, "cpus:1");
    var rest = pool.grant();
    pool.allocator.removeFramework(Pool.id("A"));
    pool.framework("B", "y");
    assertThat(pool.grant().resources()).isEqualTo(rest.resources());
    pool.end(grant, "cpus:1");
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1"));
  }

  @Test
  void forgetsARemovedAgentWithAllThatIsOnIt() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT).agent("S2", AGENT);
    var grants = pool.cycle();
    pool.accept(grants.get(0), "cpus:1");
    pool.allocator.removeAgent(Pool.agentId("S1"));
    pool.allocator.assertInvariants();
    assertThat(pool.allocator.allocated("x")).isEqualTo(Resources.of(AGENT).quantities());
    pool.allocator.removeAgent(Pool.agentId("S2"));
    pool.decline(grants.get(1), 5);
    pool.end(grants.get(0), "cpus:1");
    assertThat(pool.allocator.allocated("x").isEmpty()).isTrue();
    assertThat(pool.allocator.filterCount()).isZero();
    assertThat(pool.cycle()).isEmpty();
  }

  @Test
  void knowsWhatAReturningAgentRuns() {
    var pool = new Pool().framework("A", "x");
    var uses = new Holding(Pool.id("gone"), "y", Resources.of("cpus:3;mem:1000"));
    pool.allocator.addAgent(new AgentFacts(Pool.agentId("S1"), Resources.of(AGENT)), List.of(uses));
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1;mem:24"));
    assertThat(pool.reasons("A", "S1"))
        .contains(new RefusalReason.InUse(uses.framework(), "y", uses.resources()));
  }

  @Test
  void refusesHoldingsThatCannotBe() {
    var pool = new Pool();
    var port = new Holding(Pool.id("A"), "x", Resources.of("ports:[5-5]"));
    assertThat(Holding.conflict(List.of(port, port)))
        .contains("[ports:[5-5]] of framework A is used twice on the agent");
    var facts = new AgentFacts(Pool.agentId("S1"), Resources.of("ports:[1-9]"));
    assertThatThrownBy(() -> pool.allocator.addAgent(facts, List.of(port, port)))
        .isInstanceOf(IllegalArgumentException.class);
    pool.allocator.addAgent(facts, List.of(port));
    assertThat(pool.allocator.conflict(facts.id(), port)).isPresent();
    assertThatThrownBy(() -> pool.allocator.charge(facts.id(), port))
        .isInstanceOf(IllegalArgumentException.class);
    pool.allocator.assertInvariants();
  }

  @Test
  void offersNothingUntilAShrunkenAgentHasEnoughAgain() {
    var pool = new Pool().framework("A", "x").agent("S1", "cpus:4;mem:1024");
    var grant = pool.grant();
    pool.accept(grant, "cpus:4;mem:512");
    pool.allocator.updateAgent(new AgentFacts(grant.agent(), Resources.of("cpus:2;mem:512")));
    assertThat(pool.cycle()).isEmpty();
    pool.end(grant, "cpus:1");
    assertThat(pool.cycle()).isEmpty();
    pool.end(grant, "cpus:2;mem:512");
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1;mem:512"));
  }

  @Test
  void offersWhatAnAgentHasGot() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.grant();
    pool.allocator.updateAgent(new AgentFacts(Pool.agentId("S1"), Resources.of("cpus:6;mem:1024")));
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:2"));
  }

  @Test
  void limitsTheOffersThatOneFrameworkHolds() {
    var pool = new Pool(AllocationOptions.defaults().withMaxOpenOffers(2)).framework("A", "x");
    for (int i = 1; i <= 4; i++) {
      pool.agent("S" + i, AGENT);
    }
    var grants = pool.cycle();
    assertThat(grants).hasSize(2);
    assertThat(pool.reasons("A", "S4")).containsExactly(new RefusalReason.OfferLimitReached(2, 2));
    assertThat(pool.cycle()).isEmpty();
    pool.accept(grants.get(0), AGENT);
    assertThat(pool.grant().agent()).isEqualTo(Pool.agentId("S3"));
  }

  @Test
  void leavesHalfOfTheAgentsForOthers() {
    var pool = new Pool().framework("A", "x");
    for (int i = 0; i < 40; i++) {
      pool.agent("S" + i, AGENT);
    }
    pool.framework("B", "y");
    pool.allocator.suppress(Pool.id("B"), List.of());
    assertThat(pool.cycle()).as("alone").hasSize(40);
    var crowded = new Pool().framework("A", "x").framework("B", Capability.Type.GPU_RESOURCES, "y");
    for (int i = 0; i < 40; i++) {
      crowded.agent("S" + i, "gpus:1;cpus:1");
    }
    // A wants offers too, but sees none of these agents.
    assertThat(crowded.cycle()).as("with another one").hasSize(20);
  }

  @Test
  void explainsWhoHoldsWhat() {
    var pool = new Pool().framework("A", "x").framework("B", "y").agent("S1", AGENT);
    var grant = pool.grant();
    assertThat(grant.framework()).isEqualTo(Pool.id("A"));
    assertThat(pool.reasons("B", "S1"))
        .extracting(RefusalReason::text)
        .containsExactly(
            "nothing is free for this role",
            "[cpus:4;mem:1024] is offered to framework A (role 'x') since 2024-01-01T00:00:00Z");
    pool.accept(grant, "cpus:4;mem:1024");
    assertThat(pool.reasons("B", "S1"))
        .extracting(RefusalReason::text)
        .containsExactly(
            "nothing is free for this role",
            "[cpus:4;mem:1024] is in use by framework A (role 'x')");
    assertThat(pool.allocator.explain(Pool.id("?"), pool.now)).isEmpty();
  }

  @Test
  void explainsAllReasonsAtOnce() {
    var pool = new Pool().framework("A", "x").agent("S1", "cpus:4;mem:1024;gpus:1");
    pool.allocator.suppress(Pool.id("A"), List.of());
    pool.allocator.deactivateFramework(Pool.id("A"));
    pool.allocator.deactivateAgent(Pool.agentId("S1"));
    assertThat(pool.reasons("A", "S1"))
        .extracting(Object::getClass)
        .containsExactly(
            (Class) RefusalReason.AgentDeactivated.class,
            RefusalReason.FrameworkInactive.class,
            RefusalReason.Suppressed.class,
            RefusalReason.NeedsCapability.class);
  }

  @Test
  void saysWhatIsWrongWithFacts() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    assertThatThrownBy(() -> pool.framework("A", "x")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pool.agent("S1", AGENT)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pool.allocator.removeAgent(Pool.agentId("S2")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pool.allocator.suppress(Pool.id("B"), List.of()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pool.allocator.setWeight("x", 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
