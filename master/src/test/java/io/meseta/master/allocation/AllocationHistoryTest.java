package io.meseta.master.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random histories: the books are right after each step, and the same seed gives the same grants.
 */
class AllocationHistoryTest {
  private static final int SEEDS = 50;
  private static final int STEPS = 300;
  private static final List<String> ROLES = List.of("*", "web", "web/shop", "db");

  /** One history, with its own account of what it was given. */
  private static final class History {
    private final Random random;
    private final DrfAllocator allocator;
    private final List<Grant> open = new ArrayList<>();
    private final List<Grant> used = new ArrayList<>();
    private final TreeMap<String, FrameworkFacts> frameworks = new TreeMap<>();
    private final TreeMap<String, Resources> agents = new TreeMap<>();
    private final StringBuilder trace = new StringBuilder();
    private Instant now = Pool.START;
    private int minted;

    private History(long seed) {
      random = new Random(seed);
      allocator =
          new DrfAllocator(AllocationOptions.defaults().withMaxOpenOffers(random.nextInt(6)));
    }

    private String run() {
      for (int step = 0; step < STEPS; step++) {
        now = now.plusMillis(random.nextInt(2000));
        // Few newcomers in the second half: the same frameworks see the same agents many times.
        step(step < STEPS / 2 ? random.nextInt(22) : 12 + random.nextInt(10));
        allocator.assertInvariants();
        checkNothingIsHeldTwice();
      }
      return trace.toString();
    }

    private void step(int kind) {
      switch (kind) {
        case 0, 1 -> addAgent();
        case 2 -> removeAgent();
        case 3, 4 -> addFramework();
        case 5 -> removeFramework();
        case 6 -> some(frameworks).ifPresent(f -> allocator.suppress(Pool.id(f), someRoles()));
        case 7 -> some(frameworks).ifPresent(f -> allocator.revive(Pool.id(f), someRoles()));
        case 8 -> some(frameworks).ifPresent(f -> toggle(Pool.id(f)));
        case 9 -> some(agents).ifPresent(a -> toggle(Pool.agentId(a)));
        case 10 -> some(agents).ifPresent(this::resize);
        case 11 -> updateFramework();
        case 12, 13, 14 -> endTask();
        case 15, 16, 17, 18 -> answer();
        default -> cycle();
      }
    }

    private Resources resources() {
      int port = random.nextInt(50);
      return Resources.of(
          "cpus:%d;mem:%d;ports:[%d-%d];cpus(db):%d;mem(web):%d;gpus:%d"
              .formatted(
                  random.nextInt(8),
                  random.nextInt(500),
                  port,
                  port + random.nextInt(20),
                  random.nextInt(3),
                  random.nextInt(100),
                  random.nextInt(6) == 0 ? 1 : 0));
    }

    private void addAgent() {
      var name = "S" + minted++;
      var total = resources();
      agents.put(name, total);
      var holder = new FrameworkId("F" + random.nextInt(minted));
      var holding = part(total);
      allocator.addAgent(
          new AgentFacts(Pool.agentId(name), total), List.of(new Holding(holder, "web", holding)));
      if (!holding.isEmpty()) {
        used.add(new Grant(0, holder, "web", Pool.agentId(name), holding));
      }
    }

    private void removeAgent() {
      some(agents)
          .ifPresent(name -> {
            agents.remove(name);
            allocator.removeAgent(Pool.agentId(name));
            open.removeIf(grant -> grant.agent().value().equals(name));
            used.removeIf(grant -> grant.agent().value().equals(name));
          });
    }

    private FrameworkFacts facts(String name) {
      var roles = new TreeSet<>(someRoles());
      roles.add(ROLES.get(random.nextInt(ROLES.size())));
      var capabilities = EnumSet.noneOf(Capability.Type.class);
      if (random.nextBoolean()) {
        capabilities.add(Capability.Type.GPU_RESOURCES);
      }
      return new FrameworkFacts(
          Pool.id(name), roles, capabilities, new TreeSet<>(), new TreeMap<>());
    }

    private void addFramework() {
      var name = "F" + minted++;
      frameworks.put(name, facts(name));
      allocator.addFramework(frameworks.get(name));
    }

    private void updateFramework() {
      some(frameworks)
          .ifPresent(name -> {
            frameworks.put(name, facts(name));
            allocator.updateFramework(frameworks.get(name));
          });
    }

    private void removeFramework() {
      some(frameworks)
          .ifPresent(name -> {
            frameworks.remove(name);
            allocator.removeFramework(Pool.id(name));
            open.removeIf(grant -> grant.framework().value().equals(name));
          });
    }

    private void toggle(FrameworkId id) {
      if (random.nextInt(3) == 0) {
        allocator.deactivateFramework(id);
      } else {
        allocator.activateFramework(id);
      }
    }

    private void toggle(AgentId id) {
      if (random.nextInt(3) == 0) {
        allocator.deactivateAgent(id);
      } else {
        allocator.activateAgent(id);
      }
    }

    private void resize(String name) {
      agents.put(name, resources());
      allocator.updateAgent(new AgentFacts(Pool.agentId(name), agents.get(name)));
    }

    private void endTask() {
      if (!used.isEmpty()) {
        var task = used.remove(random.nextInt(used.size()));
        allocator.release(
            task.agent(), new Holding(task.framework(), task.role(), task.resources()));
      }
    }

    private void answer() {
      if (open.isEmpty()) {
        return;
      }
      var first = open.get(random.nextInt(open.size()));
      var together =
          open.stream()
              .filter(grant ->
                  grant.agent().equals(first.agent())
                      && grant.framework().equals(first.framework())
                      && grant.role().equals(first.role()))
              .toList();
      open.removeAll(together);
      var sum = together.stream().map(Grant::resources).reduce(Resources.EMPTY, Resources::plus);
      var taken = random.nextBoolean() ? part(sum) : Resources.EMPTY;
      allocator.answer(together, taken, Refusal.ofSeconds(random.nextInt(random.nextBoolean() ? 10 : 600)), now);
      if (!taken.isEmpty()) {
        used.add(new Grant(0, first.framework(), first.role(), first.agent(), taken));
      }
    }

    private void cycle() {
      for (Grant grant : allocator.allocate(now)) {
        trace.append(now).append(grant).append('\n');
        var framework =
            Optional.ofNullable(frameworks.get(grant.framework().value())).orElseThrow();
        assertThat(framework.roles()).contains(grant.role());
        assertThat(grant.resources().allocatableTo(grant.role())).isEqualTo(grant.resources());
        open.add(grant);
      }
      assertThat(allocator.allocate(now)).as("a second cycle finds nothing more").isEmpty();
      checkNothingIsLeft();
    }

    /** Looks at each agent for everybody, which a cycle does not: what was touched was enough. */
    private void checkNothingIsLeft() {
      for (String name : frameworks.keySet()) {
        for (var verdict : allocator.explain(Pool.id(name), now).orElseThrow().verdicts()) {
          assertThat(verdict.reasons())
              .as("why %s has no offer of %s for %s", name, verdict.agent(), verdict.role())
              .isNotEmpty();
        }
      }
    }

    /** Every other entry, some of them in part. */
    private Resources part(Resources whole) {
      var result = Resources.EMPTY;
      for (var entry : whole.entries()) {
        if (random.nextBoolean()) {
          var all = Resources.of(entry.key(), entry.value());
          var one = Resources.of("cpus:1;mem:10;cpus(db):1");
          result = result.plus(random.nextBoolean() ? all : all.without(all.without(one)));
        }
      }
      return result;
    }

    private void checkNothingIsHeldTwice() {
      var held = new TreeMap<AgentId, Resources>();
      var all = new ArrayList<>(open);
      all.addAll(used);
      for (Grant grant : all) {
        var before = held.getOrDefault(grant.agent(), Resources.EMPTY);
        assertThat(before.overlaps(grant.resources())).isFalse();
        held.put(grant.agent(), before.plus(grant.resources()));
      }
    }

    private List<String> someRoles() {
      return ROLES.stream().filter(role -> random.nextInt(3) == 0).toList();
    }

    private Optional<String> some(Map<String, ?> map) {
      return map.isEmpty()
          ? Optional.empty()
          : map.keySet().stream().skip(random.nextInt(map.size())).findFirst();
    }
  }

  @Test
  void keepsItsBooksInAnyHistory() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new History(seed).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void givesTheSameGrantsForTheSameFacts() {
    for (long seed = 0; seed < 4; seed++) {
      var trace = new History(seed).run();
      assertThat(trace).isNotEmpty().isEqualTo(new History(seed).run());
    }
  }
}
