package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Limits and guarantees by hand-written examples. */
class QuotaTest {
  private static Quantities amounts(String text) {
    return Resources.of(text).quantities();
  }

  private static Quota limit(String text) {
    return Quota.limit(amounts(text).asMap());
  }

  private static Quota guarantee(String text) {
    return new Quota(amounts(text), new TreeMap<>());
  }

  // ---- what a quota may be

  @Test
  void aLimitIsNeitherNegativeNorBelowTheGuarantee() {
    assertThatThrownBy(() -> new Quota(amounts("cpus:2"), new TreeMap<>(Map.of("cpus", 1999L))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The limit of cpus is 1.999, less than the guarantee of 2");
    assertThatThrownBy(() -> Quota.limit(Map.of("mem", -1L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Quota(amounts("cpus:2"), new TreeMap<>(Map.of("cpus", 2000L))))
        .isEqualTo(Quota.exactly(amounts("cpus:2")));
  }

  @Test
  void aLimitOfNothingIsALimit() {
    assertThat(Quota.limit(Map.of("gpus", 0L)).isNone()).isFalse();
    assertThat(Quota.limit(Map.of()).isNone()).isTrue();
    assertThat(Quota.NONE.isNone()).isTrue();
    assertThat(guarantee("cpus:1")).hasToString("guarantees [cpus:1], limits []");
  }

  @Test
  void doesNotChangeWithWhatItWasMadeOf() {
    var limits = new TreeMap<>(Map.of("cpus", 1000L));
    var quota = new Quota(Quantities.EMPTY, limits);
    limits.put("cpus", 5000L);
    assertThat(quota.limitsMilli()).containsEntry("cpus", 1000L);
  }

  // ---- how an offer is cut

  /** Of an agent as large as this, what a framework in the role is granted. */
  private static Resources granted(Resources agent, Map<String, Quota> quotas, String role) {
    var pool = new Pool();
    new TreeMap<>(quotas).forEach(pool.allocator::setQuota);
    pool.framework("A", role).agent("S1", agent);
    return pool.cycle().stream().map(Grant::resources).reduce(Resources.EMPTY, Resources::plus);
  }

  @Test
  void cutsScalarsAndNothingElse() {
    assertThat(
            granted(
                Resources.of("cpus:4;mem:1024;ports:[1-9]"), Map.of("a", limit("cpus:1.5")), "a"))
        .isEqualTo(Resources.of("cpus:1.5;mem:1024;ports:[1-9]"));
    assertThat(granted(Resources.of("cpus:4;mem:1024"), Map.of("a", limit("cpus:4")), "a"))
        .isEqualTo(Resources.of("cpus:4;mem:1024"));
    assertThat(
            granted(
                Resources.of("cpus:4;mem:1024"), Map.of("a", Quota.limit(Map.of("mem", 0L))), "a"))
        .isEqualTo(Resources.of("cpus:4"));
  }

  @Test
  void cutsByTheLimitsOfAllRolesAbove() {
    var agent = Resources.of("cpus:4;mem:1024");
    assertThat(granted(agent, Map.of("a", limit("cpus:1"), "a/b", limit("cpus:3")), "a/b"))
        .isEqualTo(Resources.of("cpus:1;mem:1024"));
    assertThat(granted(agent, Map.of("a", limit("mem:512"), "a/b", limit("cpus:3")), "a/b/c"))
        .isEqualTo(Resources.of("cpus:3;mem:512"));
  }

  @Test
  void reservationsCountForTheirRoleAndAreGivenWhole() {
    assertThat(granted(Resources.of("cpus:4;mem:64;cpus(a):2"), Map.of("a", limit("cpus:3")), "a"))
        .isEqualTo(Resources.of("cpus:1;mem:64;cpus(a):2"));
    assertThat(granted(Resources.of("cpus:4;mem:64;cpus(a):2"), Map.of("a", limit("cpus:1")), "a"))
        .as("what is reserved is the role's, above the limit as well")
        .isEqualTo(Resources.of("mem:64;cpus(a):2"));
    assertThat(
            granted(Resources.of("cpus:4;mem:64;cpus(a/b):2"), Map.of("a", limit("cpus:3")), "a"))
        .isEqualTo(Resources.of("cpus:1;mem:64"));
  }

  @Test
  void revocableResourcesAreOfNoQuota() {
    var pool = new Pool();
    pool.allocator.setQuota("a", Quota.limit(Map.of("cpus", 0L)));
    pool.framework("A", Capability.Type.REVOCABLE_RESOURCES, "a");
    pool.agent("S1", Resources.of("cpus:1").plus(Draws.revocable("cpus:2")));
    assertThat(pool.grant().resources()).isEqualTo(Draws.revocable("cpus:2"));
  }

  @Test
  void aMountedDiskIsGivenWholeOrNotAtAll() {
    var disk = mountedDisk(100);
    assertThat(granted(disk.plus(Resources.of("cpus:1")), Map.of("a", limit("disk:99")), "a"))
        .isEqualTo(Resources.of("cpus:1"));
    assertThat(granted(disk.plus(Resources.of("cpus:1")), Map.of("a", limit("disk:100")), "a"))
        .isEqualTo(disk.plus(Resources.of("cpus:1")));
  }

  private static Resources mountedDisk(int size) {
    return Resources.of(
        """
        [{"name": "disk", "type": "SCALAR", "scalar": {"value": %d},
          "disk": {"source": {"type": "MOUNT", "mount": {"root": "/mnt/a"}}}}]
        """
            .formatted(size));
  }

  // ---- what guarantees keep

  @Test
  void keepsWhatOthersAreGuaranteed() {
    assertThat(granted(Resources.of("cpus:4;mem:64"), Map.of("b", guarantee("cpus:3")), "a"))
        .isEqualTo(Resources.of("cpus:1;mem:64"));
    assertThat(granted(Resources.of("cpus:4;mem:64"), Map.of("b", guarantee("cpus:9")), "a"))
        .isEqualTo(Resources.of("mem:64"));
    assertThat(
            granted(Resources.of("cpus:4;mem:64;cpus(b):2"), Map.of("b", guarantee("cpus:3")), "a"))
        .as("what is reserved for b is had by b")
        .isEqualTo(Resources.of("cpus:3;mem:64"));
  }

  @Test
  void aGuaranteeAboveIsKeptForAllBelow() {
    var quotas = Map.of("b", guarantee("cpus:3"), "b/c", guarantee("cpus:2"));
    var agent = Resources.of("cpus:4;mem:64");
    assertThat(granted(agent, quotas, "a")).isEqualTo(Resources.of("cpus:1;mem:64"));
    assertThat(granted(agent, quotas, "b/c")).isEqualTo(agent);
    assertThat(granted(agent, quotas, "b"))
        .as("two of the three are c's, and one is nobody's")
        .isEqualTo(Resources.of("cpus:2;mem:64"));
    assertThat(granted(agent, quotas, "b/d")).isEqualTo(Resources.of("cpus:2;mem:64"));
  }

  @Test
  void whoseGuaranteeIsNotMetIsServedFirst() {
    var pool = new Pool().framework("A", "a").framework("B", "b");
    pool.allocator.setQuota("b", guarantee("cpus:3"));
    pool.agent("S1", "cpus:2;mem:64").agent("S2", "cpus:2;mem:64").agent("S3", "cpus:2;mem:64");
    assertThat(pool.cycle())
        .extracting(grant -> grant.framework().value())
        .containsExactly("B", "B", "A");
  }

  @Test
  void moreIsOfferedWhenAQuotaIsRaisedOrSomethingReturns() {
    var pool = new Pool().framework("A", "a");
    pool.allocator.setQuota("a", limit("cpus:1"));
    pool.agent("S1", "cpus:4");
    var grant = pool.grant();
    pool.accept(grant, "cpus:1");
    assertThat(pool.cycle()).isEmpty();
    assertThat(pool.reasons("A", "S1"))
        .hasAtLeastOneElementOfType(RefusalReason.QuotaLimitReached.class);
    pool.end(grant, "cpus:1");
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1"));
    pool.allocator.setQuota("a", limit("cpus:3"));
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:2"));
    pool.allocator.setQuota("a", Quota.NONE);
    assertThat(pool.grant().resources()).isEqualTo(Resources.of("cpus:1"));
    assertThat(pool.cycle()).isEmpty();
  }
}
