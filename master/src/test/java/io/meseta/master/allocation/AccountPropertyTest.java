package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Nothing is given twice or lost, whatever happens. */
class AccountPropertyTest {
  private static final int TRIES = 1_000;
  private static final int STEPS = 50;

  /** Fixed, so that a build does not fail by chance; another one looks elsewhere. */
  private static final String SEED = "4";

  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void nothingIsOfferedTwice(@ForAll long seed) {
    var history = new History(seed);
    var numbers = new TreeSet<Long>();
    history
        .watchedBy(
            new History.Watch() {
              @Override
              public void granted(Grant grant) {
                var agent = grant.agent().value();
                assertThat(numbers.add(grant.number())).as("%s is new", grant).isTrue();
                assertThat(history.account.held(agent).overlaps(grant.resources())).isFalse();
                assertThat(history.account.free(agent).contains(grant.resources()))
                    .as("%s is free: %s", grant, history.account.free(agent))
                    .isTrue();
              }

              @Override
              public void afterCycle() {
                assertThat(history.allocator.allocate(history.now))
                    .as("a second cycle finds nothing more")
                    .isEmpty();
              }
            })
        .run(STEPS);
  }

  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void whatAnAgentHasIsFreeOrGrantedOrUsed(@ForAll long seed) {
    var history = new History(seed);
    history
        .watchedBy(
            new History.Watch() {
              private int step;

              @Override
              public void afterStep() {
                // One in turn; all of them, and all that is kept of the rest, after each cycle.
                history.account.totals.keySet().stream()
                    .skip(step++ % Math.max(1, history.account.totals.size()))
                    .findFirst()
                    .ifPresent(name -> check(history, name, history.account.total(name)));
              }

              @Override
              public void afterCycle() {
                history.account.totals.forEach((name, total) -> check(history, name, total));
                history.allocator.assertInvariants();
              }
            })
        .run(STEPS);
  }

  private static void check(History history, String name, Resources total) {
    var agent = history.allocator.ledger().agents().getOrThrow(Pool.agentId(name));
    var held = history.account.taken(name);
    assertThat(agent.total()).isEqualTo(total);
    assertThat(agent.free()).isEqualTo(total.without(held));
    if (total.contains(held)) {
      assertThat(agent.free().plus(held)).isEqualTo(total);
    }
    // Of a shared volume each holder has all.
    var holders = new TreeMap<String, Resources>();
    for (Grant grant : history.account.used) {
      if (grant.agent().value().equals(name)) {
        holders.merge(grant.framework() + " " + grant.role(), grant.resources(), Resources::plus);
      }
    }
    var used =
        holders.values().stream()
            .map(Resources::quantities)
            .reduce(Quantities.EMPTY, Quantities::plus);
    assertThat(history.allocator.inUse(Pool.agentId(name))).isEqualTo(used);
  }

  @Property(tries = 20, seed = SEED, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void theSameFactsGiveTheSameGrants(@ForAll long seed) {
    assertThat(trace(seed)).isNotEmpty().isEqualTo(trace(seed));
  }

  private static String trace(long seed) {
    var trace = new StringBuilder();
    var history = new History(seed);
    history
        .watchedBy(
            new History.Watch() {
              @Override
              public void granted(Grant grant) {
                trace.append(history.now).append(grant).append('\n');
              }
            })
        .run(100);
    return trace.toString();
  }
}
