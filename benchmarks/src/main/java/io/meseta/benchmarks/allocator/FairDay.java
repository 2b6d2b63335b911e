package io.meseta.benchmarks.allocator;

import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.AllocationOrder;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.allocation.Grant;
import io.meseta.master.allocation.Holding;
import io.meseta.master.allocation.Refusal;
import io.meseta.master.allocation.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * A day of a cluster that is quiet at night and has more to do than it can by day: frameworks with
 * many small and with few large tasks, short and long ones, steady and in bursts, in a tree of
 * roles with weights. Each minute what each has is compared with what {@link WaterFilling} would
 * give it.
 *
 * @param hours how much of it, from midnight on
 */
record FairDay(int agents, int hours, AllocationOrder order) implements Case {
  private static final int SAMPLE_S = 60;
  private static final int HOUR_S = 3_600;
  private static final int DAY_S = 24 * HOUR_S;
  private static final List<String> TOTALS =
      List.of("cpus:32;mem:128000", "cpus:32;mem:128000", "cpus:16;mem:192000");
  private static final Optional<Refusal> REFUSAL = Optional.of(new Refusal(Refusal.DEFAULT));

  private static Map<String, Long> weightsMilli() {
    Map<String, Long> weights = new LinkedHashMap<>();
    weights.put("prod", 3_000L);
    weights.put("prod/web", 2_000L);
    weights.put("research", 2_000L);
    return weights;
  }

  private static List<Tenant.Habit> habits() {
    List<Tenant.Habit> habits = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      habits.add(new Tenant.Habit("prod/web", "cpus:0.5;mem:2000", HOUR_S, 8 * HOUR_S, 0.06, 5));
    }
    for (int i = 0; i < 3; i++) {
      habits.add(new Tenant.Habit("prod/batch", "cpus:1;mem:4000", 300, 1_200, 0.08, 400));
      habits.add(new Tenant.Habit("research/ml", "cpus:8;mem:48000", 1_800, 7_200, 0.08, 2));
      habits.add(new Tenant.Habit("research/notes", "cpus:1;mem:16000", 600, 3_600, 0.04, 1));
    }
    for (int i = 0; i < 6; i++) {
      habits.add(new Tenant.Habit("ci", "cpus:0.25;mem:512", 30, 120, 0.04, 20));
    }
    return habits;
  }

  @Override
  public String name() {
    return "fairness over a day";
  }

  @Override
  public String parameters() {
    return agents
        + " agents, "
        + habits().size()
        + " fw, "
        + hours
        + " h, "
        + order.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Case warmUp() {
    return new FairDay(Math.min(agents, 20), 1, order);
  }

  @Override
  public void run(Run run) {
    new Day(this).play(run);
  }

  /** A task that runs until then. */
  private record Running(int endS, Tenant tenant, AgentId agent, int count) {}

  /** The course of the day. */
  private static final class Day {
    private final FairDay parameters;
    private final Subject subject;
    private final Map<String, Tenant> tenants = new LinkedHashMap<>();
    private final Map<AgentId, Integer> tasksOn = new LinkedHashMap<>();
    private final PriorityQueue<Running> running =
        new PriorityQueue<>((left, right) -> Integer.compare(left.endS(), right.endS()));
    private final Deviations deviations;
    private double emptyAgents;
    private long ended;
    private int longestStuckS;
    private int longestStuckLargeS;
    private Duration longestWait = Duration.ZERO;

    Day(FairDay parameters) {
      this.parameters = parameters;
      this.subject =
          new Subject(
              new DrfAllocators(AllocationOptions.defaults().withOrder(parameters.order())).get());
      Resources total = Resources.EMPTY;
      for (int i = 0; i < parameters.agents(); i++) {
        Resources each = Resources.of(TOTALS.get(i % TOTALS.size()));
        total = total.plus(each);
        subject.allocator().addAgent(Workload.agent(i, each), List.of());
        tasksOn.put(Workload.agentId(i), 0);
      }
      addTenants(total);
      Map<String, Double> weights = new LinkedHashMap<>();
      weightsMilli().forEach((role, milli) -> weights.put(role, milli / 1000.0));
      weightsMilli().forEach(subject.allocator()::setWeight);
      this.deviations = new Deviations(weights);
    }

    private void addTenants(Resources total) {
      List<Tenant.Habit> habits = habits();
      for (int i = 0; i < habits.size(); i++) {
        Resources task = Resources.of(habits.get(i).task());
        double[] part = {
          (double) task.cpusMilli() / (double) total.cpusMilli(),
          (double) task.memMilli() / (double) total.memMilli()
        };
        Tenant tenant = new Tenant(Workload.frameworkId(i), habits.get(i), part, i);
        tenants.put(tenant.id.value(), tenant);
        subject.allocator().addFramework(Workload.framework(tenant.id, habits.get(i).role()));
      }
    }

    void play(Run run) {
      Samples cycles = new Samples();
      int endS = parameters.hours() * HOUR_S;
      for (int nowS = 0; nowS < endS; nowS++) {
        end(nowS);
        arrive(nowS);
        cycles.time(subject::round);
        answer(nowS);
        if (nowS % SAMPLE_S == 0 && nowS > 0) {
          sample();
        }
      }
      deviations.record(run);
      run.record("longest without a new task", millis(longestStuckS * 1000.0));
      run.record("the same, large tasks", millis(longestStuckLargeS * 1000.0));
      run.record("longest wait for an offer", millis((double) longestWait.toMillis()));
      run.record(
          "empty agents, mean", Figure.count(emptyAgents / Math.max(1, deviations.samples())));
      run.record("tasks that ended", Figure.count((double) ended));
      run.record("cycle, median", cycles.median());
    }

    private static Figure millis(double millis) {
      return new Figure(Unit.MILLIS, millis, OptionalLong.empty());
    }

    private void end(int nowS) {
      for (Running each = running.peek();
          each != null && each.endS() <= nowS;
          each = running.peek()) {
        running.remove();
        Tenant tenant = each.tenant();
        Resources held = Workload.times(tenant.task, each.count());
        subject
            .allocator()
            .release(each.agent(), new Holding(tenant.id, tenant.habit.role(), held));
        tenant.running -= each.count();
        ended += each.count();
        tasksOn.merge(each.agent(), -each.count(), Integer::sum);
      }
    }

    /** From a fifth of the average at night to almost twice at noon. */
    private static double busy(int nowS) {
      return 1 - 0.8 * Math.cos(2 * Math.PI * nowS / DAY_S);
    }

    private void arrive(int nowS) {
      for (Tenant tenant : tenants.values()) {
        tenant.arrive(nowS, busy(nowS));
        if (tenant.queued > 0 && tenant.suppressed) {
          subject.allocator().revive(tenant.id, List.of());
          tenant.suppressed = false;
        } else if (tenant.queued == 0 && !tenant.suppressed) {
          subject.allocator().suppress(tenant.id, List.of());
          tenant.suppressed = true;
        }
        if (tenant.queued > 0 && tenant.stuckSinceS < 0) {
          tenant.stuckSinceS = nowS;
        }
      }
    }

    private void answer(int nowS) {
      for (Grant grant : subject.takeOpen()) {
        Tenant tenant = Objects.requireNonNull(tenants.get(grant.framework().value()));
        int count = tenant.fitting(grant.resources());
        subject.answer(grant, Workload.times(tenant.task, count), REFUSAL);
        if (count > 0) {
          start(tenant, grant.agent(), count, nowS);
        }
      }
      for (Tenant tenant : tenants.values()) {
        int stuckS = tenant.stuckSinceS < 0 ? 0 : nowS - tenant.stuckSinceS;
        if (tenant.hasLargeTasks()) {
          longestStuckLargeS = Math.max(longestStuckLargeS, stuckS);
        } else {
          longestStuckS = Math.max(longestStuckS, stuckS);
        }
      }
    }

    /** Tasks that start together on an agent end one by one. */
    private void start(Tenant tenant, AgentId agent, int count, int nowS) {
      tenant.queued -= count;
      tenant.running += count;
      tenant.stuckSinceS = tenant.queued > 0 ? nowS : -1;
      tasksOn.merge(agent, count, Integer::sum);
      for (int i = 0; i < count; i++) {
        running.add(new Running(nowS + tenant.durationS(), tenant, agent, 1));
      }
    }

    private void sample() {
      deviations.sample(tenants.values());
      emptyAgents += (double) tasksOn.values().stream().filter(tasks -> tasks == 0).count();
      Instant now = subject.now();
      for (Waiting waiting : subject.allocator().waiting(now)) {
        Duration wait =
            waiting.waitingSince().map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
        longestWait = wait.compareTo(longestWait) > 0 ? wait : longestWait;
      }
    }
  }
}
