package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals, at the allocator and in the table that keeps them. */
class FiltersTest {
  private static final String AGENT = "cpus:4;mem:1024";

  @Test
  void hidesWhatWasRefusedUntilTheFilterEnds() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.decline(pool.grant(), 5);
    assertThat(pool.after(4.999).cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1"))
        .containsExactly(
            new RefusalReason.Filtered(Resources.of(AGENT), Pool.START.plusSeconds(5)));
    assertThat(pool.allocator.nextFilterExpiry()).contains(Pool.START.plusSeconds(5));
    assertThat(pool.after(0.001).cycle()).hasSize(1);
    assertThat(pool.allocator.nextFilterExpiry()).isEmpty();
  }

  @Test
  void hidesFromThatFrameworkAndRoleOnly() {
    var pool = new Pool().framework("A", "x", "y").agent("S1", AGENT);
    var grant = pool.grant();
    pool.decline(grant, 60);
    var next = pool.grant();
    assertThat(next.role()).isNotEqualTo(grant.role());
    pool.decline(next, 60);
    assertThat(pool.cycle()).isEmpty();
    pool.framework("B", "x");
    assertThat(pool.grant().framework()).isEqualTo(Pool.id("B"));
  }

  @Test
  void hidesThatAgentOnly() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.decline(pool.grant(), 60);
    pool.agent("S2", AGENT);
    assertThat(pool.grant().agent()).isEqualTo(Pool.agentId("S2"));
  }

  @Test
  void showsMoreThanWasRefused() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    var all = pool.grant();
    pool.accept(all, "cpus:1");
    pool.decline(pool.grant(), 60);
    assertThat(pool.cycle()).isEmpty();
    pool.end(all, "cpus:1");
    assertThat(pool.grant().resources()).isEqualTo(Resources.of(AGENT));
  }

  @Test
  void hidesLessThanWasRefused() {
    var pool = new Pool().framework("A", "x").framework("B", "y").agent("S1", AGENT);
    var first = pool.grant();
    pool.decline(first, 60);
    var second = pool.grant();
    assertThat(second.framework()).isNotEqualTo(first.framework());
    pool.accept(second, "cpus:1");
    pool.decline(pool.grant(), 60);
    assertThat(pool.cycle()).isEmpty();
  }

  @Test
  void filtersTheRestOfAnAcceptedOffer() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.allocator.answer(
        List.of(pool.grant()), Resources.of("cpus:1"), Refusal.ofSeconds(30), pool.now);
    assertThat(pool.reasons("A", "S1"))
        .containsExactly(
            new RefusalReason.Filtered(
                Resources.of("cpus:3;mem:1024"), Pool.START.plusSeconds(30)));
  }

  @Test
  void hasNoFilterWhenThereIsNothingLeft() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.allocator.answer(
        List.of(pool.grant()), Resources.of(AGENT), Refusal.ofSeconds(30), pool.now);
    assertThat(pool.allocator.filterCount()).isZero();
  }

  @Test
  void livesAtLeastUntilTheNextCycle() {
    var pool = new Pool().framework("A", "x").agent("S1", AGENT);
    pool.decline(pool.grant(), 0.1);
    assertThat(pool.after(0.5).cycle()).isEmpty();
    assertThat(pool.after(0.5).cycle()).hasSize(1);
  }

  @Test
  void isClearedByRevive() {
    var pool = new Pool().framework("A", "x", "y").agent("S1", AGENT);
    pool.decline(pool.grant(), 60);
    pool.decline(pool.grant(), 60);
    pool.allocator.revive(Pool.id("A"), List.of("y"));
    assertThat(pool.grant().role()).isEqualTo("y");
    assertThat(pool.allocator.filterCount()).isEqualTo(1);
    pool.allocator.revive(Pool.id("A"), List.of());
    assertThat(pool.allocator.filterCount()).isZero();
  }

  @Test
  void endsWithItsAgentFrameworkRoleOrConnection() {
    var pool = new Pool().framework("A", "x", "y").framework("B", "z").agent("S1", AGENT);
    pool.agent("S2", AGENT);
    for (int round = 0; round < 3; round++) {
      pool.cycle().forEach(grant -> pool.decline(grant, 600));
    }
    assertThat(pool.allocator.filterCount()).isEqualTo(6);
    pool.allocator.removeAgent(Pool.agentId("S2"));
    assertThat(pool.allocator.filterCount()).isEqualTo(3);
    pool.allocator.updateFramework(Pool.facts("A", Set.of(), "x"));
    assertThat(pool.allocator.filterCount()).isEqualTo(2);
    pool.allocator.deactivateFramework(Pool.id("A"));
    assertThat(pool.allocator.filterCount()).isEqualTo(1);
    pool.allocator.removeFramework(Pool.id("B"));
    assertThat(pool.allocator.filterCount()).isZero();
    pool.allocator.assertInvariants();
  }

  @ParameterizedTest
  @CsvSource({
    "5, PT5S",
    "0.5, PT0.5S",
    "-1, PT5S",
    "-Infinity, PT5S",
    "NaN, PT5S",
    "31536000, PT8760H",
    "31536001, PT8760H",
    "Infinity, PT8760H"
  })
  void readsRefuseSecondsAsMesosDoes(double seconds, Duration expected) {
    assertThat(Refusal.ofSeconds(seconds)).contains(new Refusal(expected));
  }

  @Test
  void takesZeroForNoFilter() {
    assertThat(Refusal.ofSeconds(0)).isEmpty();
    assertThat(Refusal.ofSeconds(-0.0)).isEmpty();
  }

  @Test
  void keepsFewFiltersPerPair() {
    var filters = new Filters();
    var start = Instant.EPOCH;
    for (int i = 1; i <= 10; i++) {
      filters.add(3, 7, Resources.of("cpus:" + i), start.plusSeconds(i));
    }
    assertThat(filters.size()).as("each hides more, and longer").isEqualTo(1);
    for (int i = 1; i <= 100; i++) {
      filters.add(3, 7, Resources.of("cpus:1;ports:[" + i + "-" + i + "]"), start.plusSeconds(50));
    }
    assertThat(filters.size()).isEqualTo(Filters.MAX_PER_PAIR);
    assertThat(filters.hiding(3, 7, Resources.of("ports:[100-100]"), start)).isNotNull();
    var ended = new ArrayList<Long>();
    filters.expire(start.plusSeconds(50), ended::add);
    assertThat(ended).hasSize(Filters.MAX_PER_PAIR).containsOnly((3L << 32) + 7);
    assertThat(filters.size()).isZero();
    assertThat(filters.hiding(3, 7, Resources.EMPTY, start)).isNull();
  }
}
