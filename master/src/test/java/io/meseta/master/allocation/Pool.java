package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** An allocator under test, its clock driven by hand, its books checked after each cycle. */
final class Pool {
  static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

  final DrfAllocator allocator;
  Instant now = START;

  Pool() {
    this(AllocationOptions.defaults());
  }

  Pool(AllocationOptions options) {
    allocator = new DrfAllocator(options);
  }

  static FrameworkId id(String framework) {
    return new FrameworkId(framework);
  }

  static AgentId agentId(String agent) {
    return new AgentId(agent);
  }

  static FrameworkFacts facts(String name, Set<Capability.Type> capabilities, String... roles) {
    return new FrameworkFacts(
        id(name),
        new TreeSet<>(Arrays.asList(roles)),
        capabilities,
        new TreeSet<>(),
        new TreeMap<>());
  }

  Pool framework(String name, String... roles) {
    allocator.addFramework(facts(name, EnumSet.noneOf(Capability.Type.class), roles));
    return this;
  }

  Pool framework(String name, Capability.Type capability, String role) {
    allocator.addFramework(facts(name, EnumSet.of(capability), role));
    return this;
  }

  Pool agent(String name, String resources) {
    return agent(name, Resources.of(resources));
  }

  Pool agent(String name, Resources resources) {
    allocator.addAgent(new AgentFacts(agentId(name), resources), List.of());
    return this;
  }

  Pool after(double seconds) {
    now = now.plus(Duration.ofMillis((long) (seconds * 1000)));
    return this;
  }

  /** Runs a cycle. */
  List<Grant> cycle() {
    var grants = allocator.allocate(now);
    allocator.assertInvariants();
    return grants;
  }

  /** Runs a cycle that must make exactly one grant. */
  Grant grant() {
    var grants = cycle();
    assertThat(grants).hasSize(1);
    return grants.get(0);
  }

  void decline(Grant grant, double refuseSeconds) {
    answer(grant, "", Refusal.ofSeconds(refuseSeconds));
  }

  void accept(Grant grant, String used) {
    answer(grant, used, Optional.empty());
  }

  private void answer(Grant grant, String used, Optional<Refusal> refusal) {
    allocator.answer(List.of(grant), Resources.of(used), refusal, now);
    allocator.assertInvariants();
  }

  void end(Grant grant, String used) {
    allocator.release(
        grant.agent(), new Holding(grant.framework(), grant.role(), Resources.of(used)));
    allocator.assertInvariants();
  }

  List<RefusalReason> reasons(String framework, String agent) {
    return allocator.explain(id(framework), now).orElseThrow().verdicts().stream()
        .filter(verdict -> verdict.agent().equals(agentId(agent)))
        .findFirst()
        .orElseThrow()
        .reasons();
  }
}
