package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Nobody starves: a framework that holds little, uses a bit of each offer and never refuses
 * anything is offered something again and again, whatever the others do with what they get: return
 * it at once, refuse it for a while, keep it unanswered for a while, or use a bit of it, too. With
 * C claims (frameworks, each in each of its roles) that want offers it waits for less than C times
 * (3 + bits of C) cycles, or as many times more as the others let cycles pass before they answer.
 */
class StarvationPropertyTest {
  private static final int TRIES = 1_000;
  private static final int CYCLES = 250;
  private static final String SEED = "4";
  private static final int SILENCE = 2;

  /** So much is used of an offer. */
  private static final Resources BIT = Resources.of("cpus:0.1");

  /** With all of these in use by each framework there is still something free. */
  private static final int MOST_BITS = 5;

  /** What others do with an offer. */
  private enum Manner {
    RETURN,
    REFUSE,
    KEEP_SILENT,
    USE
  }

  private record Unanswered(Grant grant, int until) {}

  private static final class Cluster {
    private final Random random;
    private final DrfAllocator allocator;
    private final List<Unanswered> unanswered = new ArrayList<>();
    private final int[] bits;
    private final List<Manner> manners;
    private int claims = 1;
    private Instant now = Pool.START;

    private Cluster(long seed) {
      random = new Random(seed);
      var draws = new Draws(random);
      var some = new ArrayList<>(List.of(Manner.values()));
      some.removeIf(manner -> random.nextBoolean());
      manners = some.isEmpty() ? List.of(Manner.RETURN) : some;
      allocator =
          new DrfAllocator(
              AllocationOptions.defaults()
                  .withOrder(random.nextBoolean() ? AllocationOrder.PACK : AllocationOrder.SPREAD));
      var mine = draws.role();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        var holding = new Holding(Pool.id("V"), mine, random.nextBoolean() ? BIT : Resources.EMPTY);
        allocator.addAgent(
            new AgentFacts(Pool.agentId("S" + i), Resources.of("cpus:10;mem:1000")),
            List.of(holding));
      }
      bits = new int[1 + random.nextInt(8)];
      for (int i = 0; i < bits.length; i++) {
        var facts = draws.facts("F" + i);
        claims += facts.roles().size();
        allocator.addFramework(facts);
      }
      allocator.addFramework(Pool.facts("V", EnumSet.noneOf(Capability.Type.class), mine));
    }

    private int bound() {
      int log = Integer.SIZE - Integer.numberOfLeadingZeros(claims);
      return claims * (3 + log) * (manners.contains(Manner.KEEP_SILENT) ? SILENCE : 1);
    }

    /** Returns whether it was offered something. */
    private boolean cycle(int number) {
      now = now.plusSeconds(1);
      for (Unanswered each : List.copyOf(unanswered)) {
        if (each.until() <= number) {
          unanswered.remove(each);
          answer(each.grant(), Resources.EMPTY, 0);
        }
      }
      boolean offered = false;
      for (Grant grant : allocator.allocate(now)) {
        if (grant.framework().value().equals("V")) {
          offered = true;
          answer(grant, BIT, 0);
          allocator.release(grant.agent(), new Holding(grant.framework(), grant.role(), BIT));
        } else {
          byAnother(grant, number);
        }
      }
      return offered;
    }

    private void byAnother(Grant grant, int number) {
      int other = Integer.parseInt(grant.framework().value().substring(1));
      switch (manners.get(random.nextInt(manners.size()))) {
        case RETURN -> answer(grant, Resources.EMPTY, 0);
        case REFUSE -> answer(grant, Resources.EMPTY, 1 + random.nextInt(10));
        case KEEP_SILENT -> unanswered.add(new Unanswered(grant, number + SILENCE));
        case USE -> {
          bits[other]++;
          answer(grant, bits[other] <= MOST_BITS ? BIT : Resources.EMPTY, 0);
        }
      }
    }

    private void answer(Grant grant, Resources used, double refuseSeconds) {
      allocator.answer(
          List.of(grant),
          grant.resources().contains(used) ? used : Resources.EMPTY,
          refuseSeconds == 0 ? Optional.empty() : Refusal.ofSeconds(refuseSeconds),
          now);
    }
  }

  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void nobodyStarves(@ForAll long seed) {
    var cluster = new Cluster(seed);
    int waited = 0;
    for (int i = 0; i < CYCLES; i++) {
      waited = cluster.cycle(i) ? 0 : waited + 1;
      assertThat(waited).as("cycles with %s claims", cluster.claims).isLessThan(cluster.bound());
    }
  }
}
