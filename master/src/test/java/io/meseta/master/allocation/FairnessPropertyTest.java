package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Max-min fairness of weighted dominant shares within one offer. Wherever roles, or a role's own
 * frameworks, or these among each other share something, each grant goes to one of those with the
 * smallest share. So, as long as nothing is given back, nobody ever has more than somebody next to
 * him who wants offers as well, but for what he got last.
 */
class FairnessPropertyTest {
  private static final int TRIES = 1_000;
  private static final int CYCLES = 6;
  private static final String SEED = "4";
  private static final double ROUNDING = 1e-9;
  private static final List<String> NAMES = List.of("cpus", "mem", "disk");

  /**
   * Somebody with a share: {@code /a/b} a role, {@code /a/b:} its own frameworks, or one of them.
   */
  private static final class Shares {
    private final TreeMap<String, TreeMap<String, Long>> held = new TreeMap<>();
    private final TreeMap<String, Double> last = new TreeMap<>();
    private final Map<String, Long> weights;
    private Map<String, Long> totals = new TreeMap<>();

    private Shares(Map<String, Long> weights) {
      this.weights = weights;
    }

    /** From the top: the roles, the group of its own frameworks, the framework itself. */
    private static List<String> path(String framework, String role) {
      var path = new ArrayList<String>();
      for (int slash = role.indexOf('/'); slash >= 0; slash = role.indexOf('/', slash + 1)) {
        path.add("/" + role.substring(0, slash));
      }
      path.add("/" + role);
      path.add("/" + role + ":");
      path.add("/" + role + ":" + framework);
      return path;
    }

    private double of(String node) {
      double share = 0;
      for (String name : NAMES) {
        long total = totals.getOrDefault(name, 0L);
        long amount = held.getOrDefault(node, new TreeMap<>()).getOrDefault(name, 0L);
        share = Math.max(share, total == 0 ? 0 : (double) amount / total);
      }
      return share * 1000 / weights.getOrDefault(node.substring(1), 1000L);
    }

    private void add(Grant grant, int sign) {
      for (String node : path(grant.framework().value(), grant.role())) {
        double before = of(node);
        grant
            .resources()
            .quantities()
            .asMap()
            .forEach((name, amount) ->
                held.computeIfAbsent(node, n -> new TreeMap<>())
                    .merge(name, sign * amount, Long::sum));
        last.put(node, of(node) - before);
      }
    }
  }

  /** A cluster in which every agent may be offered to everybody, all of it. */
  private static final class Cluster {
    private final Random random;
    private final Draws draws;
    private final DrfAllocator allocator;
    private final TreeMap<String, Long> weights = new TreeMap<>();
    private final Shares shares = new Shares(weights);
    private final TreeMap<String, Resources> agents = new TreeMap<>();
    private final TreeMap<String, FrameworkFacts> frameworks = new TreeMap<>();
    private final TreeSet<String> suppressed = new TreeSet<>();
    private final List<Grant> used = new ArrayList<>();

    private Cluster(long seed) {
      random = new Random(seed);
      draws = new Draws(random);
      allocator =
          new DrfAllocator(
              AllocationOptions.defaults()
                  .withMaxOpenOffers(Integer.MAX_VALUE)
                  .withOrder(random.nextBoolean() ? AllocationOrder.PACK : AllocationOrder.SPREAD));
      for (int i = 1 + random.nextInt(7); i > 0; i--) {
        var facts = draws.facts("F" + i);
        facts =
            new FrameworkFacts(
                facts.id(), facts.roles(), facts.capabilities(), new TreeSet<>(), new TreeMap<>());
        frameworks.put("F" + i, facts);
        allocator.addFramework(facts);
      }
      setWeights();
    }

    private void setWeights() {
      for (String role : draws.someRoles()) {
        long weight = draws.weightMilli();
        weights.put(role, weight);
        allocator.setWeight(role, weight);
      }
    }

    private void addAgents() {
      for (int i = random.nextInt(5); i > 0; i--) {
        var name = "S" + agents.size();
        var total =
            Resources.of(
                "cpus:%d;mem:%d;disk:%d"
                    .formatted(
                        1 + random.nextInt(8),
                        64 * (1 + random.nextInt(8)),
                        random.nextInt(3) * random.nextInt(100)));
        agents.put(name, total);
        allocator.addAgent(new AgentFacts(Pool.agentId(name), total), List.of());
      }
    }

    private void suppressAndRevive() {
      for (var facts : frameworks.values()) {
        if (random.nextInt(8) == 0) {
          var role = facts.roles().first();
          boolean now = suppressed.add(role + ":" + facts.id().value());
          if (now) {
            allocator.suppress(facts.id(), List.of(role));
          } else {
            suppressed.remove(role + ":" + facts.id().value());
            allocator.revive(facts.id(), List.of(role));
          }
        }
      }
    }

    private void endTasks() {
      for (Grant task : List.copyOf(used)) {
        if (random.nextInt(4) == 0) {
          used.remove(task);
          shares.add(task, -1);
          allocator.release(
              task.agent(), new Holding(task.framework(), task.role(), task.resources()));
        }
      }
    }

    /** Everybody uses all that he gets, so that nobody is asked later than others. */
    private void cycle() {
      var sum = agents.values().stream().reduce(Resources.EMPTY, Resources::plus);
      shares.totals = sum.quantities().asMap();
      for (Grant grant : allocator.allocate(Pool.START)) {
        checkWhoIsServed(grant);
        shares.add(grant, 1);
        allocator.answer(List.of(grant), grant.resources(), Optional.empty(), Pool.START);
        used.add(grant);
      }
    }

    private void checkWhoIsServed(Grant grant) {
      var served = Shares.path(grant.framework().value(), grant.role());
      for (var facts : frameworks.values()) {
        for (String role : wanting(facts)) {
          var other = Shares.path(facts.id().value(), role);
          int fork = 0;
          while (fork < served.size() && served.get(fork).equals(other.get(fork))) {
            fork++;
          }
          if (fork < served.size()) {
            assertThat(shares.of(served.get(fork)))
                .as("the share of %s, who was served before %s", served, other)
                .isLessThanOrEqualTo(shares.of(other.get(fork)) + ROUNDING);
          }
        }
      }
    }

    private List<String> wanting(FrameworkFacts facts) {
      return facts.roles().stream()
          .filter(role -> !suppressed.contains(role + ":" + facts.id().value()))
          .toList();
    }

    /** Of any two next to each other who want more none has more than the other and an offer. */
    private void checkFairness() {
      for (var one : frameworks.values()) {
        for (String role : wanting(one)) {
          for (var two : frameworks.values()) {
            for (String other : wanting(two)) {
              checkFairness(
                  Shares.path(one.id().value(), role), Shares.path(two.id().value(), other));
            }
          }
        }
      }
    }

    private void checkFairness(List<String> one, List<String> two) {
      for (int i = 0; i < one.size() && i < two.size(); i++) {
        var mine = one.get(i);
        var theirs = two.get(i);
        if (!mine.equals(theirs)) {
          assertThat(shares.of(mine))
              .as("the share of %s beside that of %s", mine, theirs)
              .isLessThanOrEqualTo(
                  shares.of(theirs) + shares.last.getOrDefault(mine, 0.0) + ROUNDING);
          return;
        }
      }
    }
  }

  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void eachGrantGoesToTheSmallestShare(@ForAll long seed) {
    var cluster = new Cluster(seed);
    for (int i = 0; i < CYCLES; i++) {
      cluster.addAgents();
      cluster.endTasks();
      cluster.suppressAndRevive();
      cluster.setWeights();
      cluster.cycle();
    }
  }

  @Property(
      tries = TRIES,
      seed = SEED,
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void nobodyHasMoreThanOneOfferMoreThanSomebodyWhoWants(@ForAll long seed) {
    var cluster = new Cluster(seed);
    for (int i = 0; i < 2; i++) {
      cluster.addAgents();
    }
    cluster.cycle();
    cluster.checkFairness();
  }
}
