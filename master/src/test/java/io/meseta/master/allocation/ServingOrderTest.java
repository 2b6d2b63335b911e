package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.resources.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is served next, and of which agent, by hand-written examples. */
class ServingOrderTest {
  private static final String AGENT = "cpus:1;mem:100";

  private static List<String> served(Pool pool, int agents) {
    for (int i = 0; i < agents; i++) {
      pool.agent("S" + i, AGENT);
    }
    return pool.cycle().stream().map(grant -> grant.framework().value()).toList();
  }

  @Test
  void twiceTheWeightIsTwiceTheShare() {
    var pool = new Pool().framework("A", "a").framework("B", "b");
    pool.allocator.setWeight("a", 2000);
    assertThat(served(pool, 6)).containsExactly("A", "B", "A", "B", "A", "A");
  }

  @Test
  void aWeightCountsFromTheNextGrantOn() {
    var pool = new Pool().framework("A", "a").framework("B", "b");
    served(pool, 2);
    pool.allocator.setWeight("b", 3000);
    pool.agent("T1", AGENT).agent("T2", AGENT).agent("T3", AGENT);
    assertThat(pool.cycle())
        .extracting(grant -> grant.framework().value())
        .containsExactly("B", "B", "A");
  }

  @Test
  void aRoleWithoutFrameworksKeepsItsWeight() {
    var pool = new Pool();
    pool.allocator.setWeight("a", 3000);
    pool.framework("B", "b").framework("A", "a");
    assertThat(served(pool, 4)).containsExactly("A", "B", "A", "A");
  }

  @Test
  void rolesBelowShareWhatTheRoleAboveGets() {
    // Half for c; of the other half one half for each of a/x and a/y.
    var pool = new Pool().framework("X", "a/x").framework("Y", "a/y").framework("C", "c");
    assertThat(served(pool, 8)).containsExactly("X", "C", "Y", "C", "X", "C", "Y", "C");
  }

  @Test
  void theFrameworksOfARoleTogetherAreOneBesideTheRolesBelow() {
    var pool = new Pool().framework("A", "a").framework("B", "a").framework("X", "a/x");
    assertThat(served(pool, 8)).containsExactly("A", "X", "B", "X", "A", "X", "B", "X");
  }

  @Test
  void aWeightBelowDividesWhatTheRoleAboveGets() {
    var pool = new Pool().framework("X", "a/x").framework("Y", "a/y").framework("C", "c");
    pool.allocator.setWeight("a/y", 3000);
    pool.allocator.setWeight("c", 1000);
    assertThat(served(pool, 8)).filteredOn("C"::equals).hasSize(4);
    assertThat(pool.allocator.allocated("a/y").get("cpus")).isEqualTo(3000);
    assertThat(pool.allocator.allocated("a/x").get("cpus")).isEqualTo(1000);
  }

  // ---- who returns what he gets

  @Test
  void whoReturnsOrRefusesEverythingIsServedAfterTheOthers() {
    for (double refuseSeconds : new double[] {0, 1}) {
      var pool = new Pool().framework("A", "a").framework("B", "b").agent("S1", "cpus:4");
      pool.allocator.charge(
          Pool.agentId("S1"), new Holding(Pool.id("B"), "b", Resources.of("cpus:1")));
      for (String next : List.of("A", "A", "B")) {
        var grant = pool.grant();
        assertThat(grant.framework()).isEqualTo(Pool.id(next));
        pool.decline(grant, refuseSeconds);
        pool.after(1);
      }
    }
  }

  @Test
  void whoUsesSomeOfWhatHeGetsIsServedByHisShareAgain() {
    var pool = new Pool().framework("A", "a").framework("B", "b").agent("S1", "cpus:4");
    pool.allocator.charge(
        Pool.agentId("S1"), new Holding(Pool.id("B"), "b", Resources.of("cpus:2")));
    for (int i = 0; i < 2; i++) {
      pool.decline(pool.grant(), 0);
      pool.after(1);
    }
    var others = pool.grant();
    assertThat(others.framework()).as("A rests").isEqualTo(Pool.id("B"));
    pool.decline(others, 60);
    var grant = pool.grant();
    pool.accept(grant, "cpus:1");
    pool.allocator.revive(Pool.id("B"), List.of());
    assertThat(pool.grant().framework()).as("A has less").isEqualTo(Pool.id("A"));
  }

  // ---- which agent

  private static List<String> visited(AllocationOrder order) {
    var pool = new Pool(AllocationOptions.defaults().withOrder(order));
    pool.agent("idle", "cpus:8;mem:800")
        .agent("half", "cpus:8;mem:800")
        .agent("full", "cpus:8;mem:800");
    pool.allocator.charge(
        Pool.agentId("half"), new Holding(Pool.id("X"), "x", Resources.of("cpus:1;mem:400")));
    pool.allocator.charge(
        Pool.agentId("full"), new Holding(Pool.id("X"), "x", Resources.of("cpus:7;mem:100")));
    pool.framework("A", "a");
    return pool.cycle().stream().map(grant -> grant.agent().value()).toList();
  }

  @Test
  void spreadsOverTheAgentsOfWhichLeastIsInUse() {
    assertThat(visited(AllocationOrder.SPREAD)).containsExactly("idle", "half", "full");
  }

  @Test
  void packsTheAgentsOfWhichMostIsInUse() {
    assertThat(visited(AllocationOrder.PACK)).containsExactly("full", "half", "idle");
  }
}
