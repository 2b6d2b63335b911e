package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Resources;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * A filter hides exactly what was refused, and only so long: no grant is contained in something
 * that its framework has refused, and after a cycle nothing is left that nobody has refused and
 * that no other rule keeps back. Histories go to the moments at which filters end.
 */
class FilterPropertyTest {
  private static final int TRIES = 1_000;
  private static final int STEPS = 60;
  private static final String SEED = "4";

  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void hidesExactlyWhatWasRefusedAndOnlySoLong(@ForAll long seed) {
    var history = new History(seed).without(History.Step.SET_QUOTA);
    history
        .watchedBy(
            new History.Watch() {
              @Override
              public void granted(Grant grant) {
                assertThat(isHidden(history, grant)).as("%s was refused", grant).isFalse();
              }

              @Override
              public void afterCycle() {
                checkNothingIsLeft(history);
              }
            })
        .run(STEPS);
  }

  private static boolean isHidden(History history, Grant grant) {
    return history.account.isHidden(
        grant.framework().value(),
        grant.role(),
        grant.agent().value(),
        grant.resources(),
        history.now);
  }

  private static void checkNothingIsLeft(History history) {
    var account = history.account;
    for (String agent : account.totals.keySet()) {
      var free = account.free(agent);
      for (var facts : account.frameworks.values()) {
        for (String role : facts.roles()) {
          assertThat(mayBeOffered(history, facts, role, agent, free))
              .as("%s for role %s could be offered %s: %s", facts.id(), role, agent, free)
              .isFalse();
        }
      }
    }
  }

  private static boolean mayBeOffered(
      History history, FrameworkFacts facts, String role, String agent, Resources free) {
    var account = history.account;
    var name = facts.id().value();
    var offerable = offerable(facts, role, free);
    boolean gpusAreKept =
        history.options.gpuAgentsOnlyForGpuFrameworks()
            && account.total(agent).gpusMilli() > 0
            && !facts.has(Capability.Type.GPU_RESOURCES);
    return account.wants(name, role)
        && !account.inactiveAgents.contains(agent)
        && !gpusAreKept
        && openGrants(account, name) < offerLimit(history)
        && isEnough(history, facts, role, offerable)
        && !account.isHidden(name, role, agent, offerable, history.now);
  }

  private static Resources offerable(FrameworkFacts facts, String role, Resources free) {
    return free.filter(key ->
        key.reservationRole().map(reserved -> Account.isWithin(role, reserved)).orElse(true)
            && (!key.revocable() || facts.has(Capability.Type.REVOCABLE_RESOURCES))
            && (!key.shared() || facts.has(Capability.Type.SHARED_RESOURCES))
            && (key.reservations().size() < 2
                || facts.has(Capability.Type.RESERVATION_REFINEMENT)));
  }

  private static boolean isEnough(
      History history, FrameworkFacts facts, String role, Resources offerable) {
    var minimums = facts.minAllocatable().getOrDefault(role, history.options.minAllocatable());
    return !offerable.isEmpty()
        && (minimums.isEmpty() || minimums.stream().anyMatch(offerable.quantities()::contains));
  }

  private static long openGrants(Account account, String framework) {
    return account.open.stream()
        .filter(grant -> grant.framework().value().equals(framework))
        .count();
  }

  private static long offerLimit(History history) {
    var account = history.account;
    int limit = history.options.maxOpenOffers();
    if (limit > 0) {
      return limit;
    }
    long wanting =
        account.frameworks.values().stream()
            .filter(facts ->
                facts.roles().stream().anyMatch(role -> account.wants(facts.id().value(), role)))
            .count();
    return wanting < 2
        ? Long.MAX_VALUE
        : Math.max(AllocationOptions.AUTOMATIC_MINIMUM, (account.totals.size() + 1) / 2);
  }
}
