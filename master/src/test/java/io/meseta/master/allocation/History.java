package io.meseta.master.allocation;

import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/** A random history: what happens to an allocator, and an {@link Account} of it. */
final class History {
  /** What may happen next, and how likely that is. */
  enum Step {
    ADD_AGENT(4),
    REMOVE_AGENT(2),
    RESIZE_AGENT(2),
    TOGGLE_AGENT(2),
    ADD_FRAMEWORK(4),
    REMOVE_FRAMEWORK(1),
    UPDATE_FRAMEWORK(2),
    TOGGLE_FRAMEWORK(2),
    SUPPRESS(2),
    REVIVE(2),
    SET_WEIGHT(2),
    SET_QUOTA(3),
    END_TASK(6),
    ANSWER(14),
    CONVERT(4),
    CYCLE(12);

    private final int odds;

    Step(int odds) {
      this.odds = odds;
    }
  }

  /** Who looks on. */
  interface Watch {
    /** A cycle is to come. */
    default void beforeCycle() {}

    /** Not in the account yet. */
    default void granted(Grant grant) {}

    /** All that was granted is in the account. */
    default void afterCycle() {}

    default void afterStep() {}
  }

  private static final int FIRST = 3;

  final Random random;
  final Draws draws;
  final AllocationOptions options;
  final DrfAllocator allocator;
  final Account account = new Account();
  final Conversions conversions;
  private final EnumSet<Step> steps = EnumSet.allOf(Step.class);
  private final List<Watch> watches = new ArrayList<>();
  Instant now = Pool.START;
  private int minted;

  History(long seed) {
    random = new Random(seed);
    draws = new Draws(random);
    options = draws.options();
    allocator = new DrfAllocator(options);
    conversions = new Conversions(this);
  }

  History without(Step... others) {
    steps.removeAll(Arrays.asList(others));
    return this;
  }

  History watchedBy(Watch watch) {
    watches.add(watch);
    return this;
  }

  /** A few agents and frameworks, and then so many steps. */
  History run(int count) {
    for (int i = 0; i < FIRST; i++) {
      addAgent();
      addFramework();
    }
    return go(count);
  }

  /** So many steps more. */
  History go(int count) {
    for (int i = 0; i < count; i++) {
      passTime();
      take(draw());
      watches.forEach(Watch::afterStep);
    }
    return this;
  }

  private Step draw() {
    int place = random.nextInt(steps.stream().mapToInt(step -> step.odds).sum());
    for (Step step : steps) {
      place -= step.odds;
      if (place < 0) {
        return step;
      }
    }
    throw new AssertionError("The odds do not add up");
  }

  /** Often to the moment at which a filter ends, or to the last one at which it does not. */
  private void passTime() {
    var end = account.nextEnd(now).filter(next -> random.nextInt(3) == 0);
    if (end.isPresent()) {
      now = random.nextBoolean() ? end.get() : latest(now, end.get().minusMillis(1));
    } else {
      now = now.plusMillis(random.nextInt(1500));
    }
    account.hidden.removeIf(hidden -> !hidden.until().isAfter(now));
  }

  private static Instant latest(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  void take(Step step) {
    switch (step) {
      case ADD_AGENT -> addAgent();
      case REMOVE_AGENT -> someAgent().ifPresent(this::removeAgent);
      case RESIZE_AGENT -> someAgent().ifPresent(name -> resize(name, draws.resources()));
      case TOGGLE_AGENT -> someAgent().ifPresent(this::toggleAgent);
      case ADD_FRAMEWORK -> addFramework();
      case REMOVE_FRAMEWORK -> someFramework().ifPresent(this::removeFramework);
      case UPDATE_FRAMEWORK -> someFramework().ifPresent(this::updateFramework);
      case TOGGLE_FRAMEWORK -> someFramework().ifPresent(this::toggleFramework);
      case SUPPRESS -> someFramework().ifPresent(this::suppress);
      case REVIVE -> someFramework().ifPresent(this::revive);
      case SET_WEIGHT -> setWeight(draws.role(), draws.weightMilli());
      case SET_QUOTA -> setQuota(draws.role(), draws.quota());
      case END_TASK -> endTask();
      case ANSWER -> answer();
      case CONVERT -> conversions.some();
      case CYCLE -> cycle();
    }
  }

  // ---- agents

  private void addAgent() {
    var name = "S" + minted++;
    var total = draws.resources();
    var holder = new FrameworkId("F" + random.nextInt(minted));
    var holding = random.nextBoolean() ? draws.part(total) : Resources.EMPTY;
    account.totals.put(name, total);
    allocator.addAgent(
        new AgentFacts(Pool.agentId(name), total), List.of(new Holding(holder, "web", holding)));
    if (!holding.isEmpty()) {
      account.used.add(new Grant(0, holder, "web", Pool.agentId(name), holding));
    }
  }

  private void removeAgent(String name) {
    account.agentGone(name);
    allocator.removeAgent(Pool.agentId(name));
  }

  void resize(String name, Resources total) {
    account.totals.put(name, total);
    allocator.updateAgent(new AgentFacts(Pool.agentId(name), total));
  }

  private void toggleAgent(String name) {
    if (random.nextInt(3) == 0) {
      allocator.deactivateAgent(Pool.agentId(name));
      account.inactiveAgents.add(name);
    } else {
      allocator.activateAgent(Pool.agentId(name));
      account.inactiveAgents.remove(name);
    }
  }

  // ---- frameworks

  private void addFramework() {
    addFramework(draws.facts("F" + minted++));
  }

  void addFramework(FrameworkFacts facts) {
    account.frameworks.put(facts.id().value(), facts);
    allocator.addFramework(facts);
  }

  private void updateFramework(String name) {
    var facts = draws.facts(name);
    account.frameworks.put(name, facts);
    account.hidden.removeIf(
        hidden -> hidden.framework().equals(name) && !facts.roles().contains(hidden.role()));
    allocator.updateFramework(facts);
  }

  void removeFramework(String name) {
    account.frameworkGone(name);
    allocator.removeFramework(Pool.id(name));
  }

  private void toggleFramework(String name) {
    if (random.nextInt(3) == 0) {
      allocator.deactivateFramework(Pool.id(name));
      account.inactiveFrameworks.add(name);
      account.hidden.removeIf(hidden -> hidden.framework().equals(name));
    } else {
      allocator.activateFramework(Pool.id(name));
      account.inactiveFrameworks.remove(name);
    }
  }

  private void suppress(String name) {
    var roles = draws.someRoles();
    var facts = facts(name);
    var suppressed = new TreeSet<>(facts.suppressedRoles());
    suppressed.addAll(roles.isEmpty() ? facts.roles() : roles);
    suppressed.retainAll(facts.roles());
    account.frameworks.put(name, facts.withSuppressed(suppressed));
    allocator.suppress(Pool.id(name), roles);
  }

  private void revive(String name) {
    var roles = draws.someRoles();
    var facts = facts(name);
    var revived = new TreeSet<>(roles.isEmpty() ? facts.roles() : roles);
    var suppressed = new TreeSet<>(facts.suppressedRoles());
    suppressed.removeAll(revived);
    account.frameworks.put(name, facts.withSuppressed(suppressed));
    account.hidden.removeIf(
        hidden -> hidden.framework().equals(name) && revived.contains(hidden.role()));
    allocator.revive(Pool.id(name), roles);
  }

  void suppressAll() {
    account.frameworks.replaceAll((name, facts) -> facts.withSuppressed(facts.roles()));
    account.frameworks.values().forEach(facts -> allocator.suppress(facts.id(), List.of()));
  }

  void reviveAll() {
    account.frameworks.replaceAll((name, facts) -> facts.withSuppressed(List.of()));
    account.hidden.clear();
    account.frameworks.values().forEach(facts -> allocator.revive(facts.id(), List.of()));
  }

  private FrameworkFacts facts(String name) {
    return Optional.ofNullable(account.frameworks.get(name)).orElseThrow();
  }

  // ---- roles

  void setWeight(String role, long weightMilli) {
    account.weights.put(role, weightMilli);
    allocator.setWeight(role, weightMilli);
  }

  void setQuota(String role, Quota quota) {
    if (quota.isNone()) {
      account.quotas.remove(role);
    } else {
      account.quotas.put(role, quota);
    }
    allocator.setQuota(role, quota);
  }

  // ---- tasks and offers

  private void endTask() {
    if (!account.used.isEmpty()) {
      end(account.used.get(random.nextInt(account.used.size())));
    }
  }

  void end(Grant task) {
    account.used.remove(task);
    allocator.release(task.agent(), new Holding(task.framework(), task.role(), task.resources()));
  }

  private void answer() {
    if (account.open.isEmpty()) {
      return;
    }
    var grants = someTogether();
    var sum = sum(grants);
    var taken = random.nextBoolean() ? draws.part(sum) : Resources.EMPTY;
    answer(grants, taken, random.nextInt(3) == 0 ? 0 : random.nextInt(12_000) / 1000.0);
  }

  /** One open grant, perhaps with all others of the same framework, role and agent. */
  List<Grant> someTogether() {
    var first = account.open.get(random.nextInt(account.open.size()));
    boolean all = random.nextBoolean();
    return account.open.stream()
        .filter(grant ->
            grant.number() == first.number()
                || (all
                    && grant.agent().equals(first.agent())
                    && grant.framework().equals(first.framework())
                    && grant.role().equals(first.role())))
        .toList();
  }

  static Resources sum(List<Grant> grants) {
    return grants.stream().map(Grant::resources).reduce(Resources.EMPTY, Resources::plus);
  }

  /** All of one framework, role and agent. */
  void answer(List<Grant> grants, Resources taken, double refuseSeconds) {
    var first = grants.get(0);
    account.open.removeAll(grants);
    if (!taken.isEmpty()) {
      account.used.add(new Grant(0, first.framework(), first.role(), first.agent(), taken));
    }
    var refusal = Refusal.ofSeconds(refuseSeconds);
    // A shared volume that is used is left to others all the same, and is refused with the rest.
    var rest = sum(grants).without(taken.exclusive());
    var facts = account.frameworks.get(first.framework().value());
    if (refusal.isPresent() && !rest.isEmpty() && facts != null) {
      if (facts.roles().contains(first.role())) {
        // At least until the next cycle, and to the next whole millisecond.
        long millis = Math.max(1000, (refusal.get().duration().toNanos() + 999_999) / 1_000_000);
        account.hidden.add(
            new Account.Hidden(
                first.framework().value(),
                first.role(),
                first.agent().value(),
                rest,
                now.plusMillis(millis)));
      }
    }
    allocator.answer(grants, taken, refusal, now);
  }

  void cycle() {
    watches.forEach(Watch::beforeCycle);
    for (Grant grant : allocator.allocate(now)) {
      watches.forEach(watch -> watch.granted(grant));
      account.open.add(grant);
    }
    watches.forEach(Watch::afterCycle);
  }

  // ---- drawing

  private Optional<String> someAgent() {
    return some(account.totals);
  }

  private Optional<String> someFramework() {
    return some(account.frameworks);
  }

  private Optional<String> some(Map<String, ?> map) {
    return map.isEmpty()
        ? Optional.empty()
        : map.keySet().stream().skip(random.nextInt(map.size())).findFirst();
  }
}
