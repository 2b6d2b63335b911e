package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Guarantees are met when the cluster can: the guarantees, nested ones as well, are together no
 * more than all agents have, and each role with one has a framework that uses all it gets. Others
 * have taken as much as they could before the guarantees were set, use or refuse or return what
 * they get, and their tasks end some time. When the last of these has ended, one more cycle meets
 * whatever was not met before, although the others go on to take what they are offered.
 *
 * <p>Agents and guarantees are multiples of one CPU and 64 MB here, so that what is owed is never
 * too little for an offer.
 */
class GuaranteePropertyTest {
  private static final int TRIES = 1_000;
  private static final String SEED = "4";
  private static final List<String> OTHERS = List.of("*", "zoo", "zoo/cage");
  private static final List<String> OWED = List.of("web", "web/shop", "db", "db/log", "ops");
  private static final List<String> NAMES = List.of("cpus", "mem");
  private static final long MEM_STEP = 64_000;

  private static final class Cluster {
    private final Random random;
    private final Account account = new Account();
    private final DrfAllocator allocator;
    private Instant now = Pool.START;

    private Cluster(long seed) {
      random = new Random(seed);
      allocator =
          new DrfAllocator(
              AllocationOptions.defaults()
                  .withMaxOpenOffers(random.nextBoolean() ? 0 : Integer.MAX_VALUE)
                  .withOrder(random.nextBoolean() ? AllocationOrder.PACK : AllocationOrder.SPREAD));
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        var total =
            Resources.of(
                "cpus:%d;mem:%d".formatted(1 + random.nextInt(8), 64 * (1 + random.nextInt(8))));
        account.totals.put("S" + i, total);
        allocator.addAgent(new AgentFacts(Pool.agentId("S" + i), total), List.of());
      }
      OTHERS.forEach(this::addFramework);
    }

    private void addFramework(String role) {
      allocator.addFramework(Pool.facts("of " + role, EnumSet.noneOf(Capability.Type.class), role));
    }

    /** For each role no more than what is left of the cluster, and of what is above it. */
    private void setQuotas() {
      var left = new TreeMap<String, Long>();
      for (String name : NAMES) {
        left.put(
            name, account.totals.values().stream().mapToLong(t -> Account.ofQuota(t, name)).sum());
      }
      for (String role : OWED) {
        var guarantee = new TreeMap<String, Long>();
        for (String name : NAMES) {
          long step = name.equals("cpus") ? 1000 : MEM_STEP;
          long most = random.nextInt(5) * step;
          // Those of the roles below may be part of it or not: all are added up.
          long amount = Math.min(most, Optional.ofNullable(left.get(name)).orElseThrow());
          left.merge(name, -amount, Long::sum);
          guarantee.put(name, amount);
        }
        var limits = new TreeMap<String, Long>();
        if (random.nextBoolean() && (role.contains("/") || role.equals("ops"))) {
          guarantee.forEach((name, amount) ->
              limits.put(
                  name, amount + random.nextInt(2) * (name.equals("cpus") ? 1000 : MEM_STEP)));
        }
        var quota = new Quota(Quantities.ofMilli(guarantee), limits);
        account.quotas.put(role, quota);
        allocator.setQuota(role, quota);
        addFramework(role);
      }
    }

    private void cycle() {
      now = now.plusSeconds(1);
      for (Grant grant : allocator.allocate(now)) {
        boolean owed = account.quotas.containsKey(grant.role());
        boolean uses = owed || random.nextBoolean();
        allocator.answer(
            List.of(grant),
            uses ? grant.resources() : Resources.EMPTY,
            random.nextBoolean() ? Optional.empty() : Refusal.ofSeconds(1 + random.nextInt(5)),
            now);
        if (uses) {
          account.used.add(grant);
        }
      }
    }

    private void endSomeTasksOfOthers(int oneOf) {
      var others = new ArrayList<>(account.used);
      others.removeIf(task -> account.quotas.containsKey(task.role()));
      for (Grant task : others) {
        if (random.nextInt(oneOf) == 0) {
          account.used.remove(task);
          allocator.release(
              task.agent(), new Holding(task.framework(), task.role(), task.resources()));
        }
      }
    }

    private void checkGuarantees() {
      for (String role : account.quotas.keySet()) {
        for (String name : NAMES) {
          assertThat(account.missing(role, name))
              .as("missing %s of role %s, in %s", name, role, account.used)
              .isZero();
        }
      }
    }
  }

  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void guaranteesAreMetWhenTheClusterCan(@ForAll long seed) {
    var cluster = new Cluster(seed);
    for (int i = 0; i < 3; i++) {
      cluster.cycle();
    }
    cluster.setQuotas();
    for (int i = 0; i < 5; i++) {
      cluster.endSomeTasksOfOthers(3);
      cluster.cycle();
    }
    cluster.endSomeTasksOfOthers(1);
    cluster.cycle();
    cluster.checkGuarantees();
    cluster.allocator.assertInvariants();
  }
}
