package io.meseta.agent;

import io.meseta.agent.core.AgentCounter;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.ExecutorState;
import io.meseta.agent.core.ExecutorView;
import io.meseta.agent.core.LinkState;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.http.Shared;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.common.metrics.MachineLoad;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The numbers of an agent, in one list for two readers: under our names for Prometheus, under those
 * that Mesos gives them for {@code /metrics/snapshot} and GET_METRICS.
 *
 * <p>Numbers are added by one thread, before anybody looks; then any thread may look. Looking reads
 * small files of the kernel.
 */
final class AgentFigures {

  private static final List<String> RESOURCES = List.of("cpus", "mem", "disk", "gpus");
  private static final Duration VALIDITY = Duration.ofSeconds(1);

  /**
   * What most numbers are taken from.
   *
   * @param executors a task that came without one counts as one that is where the task is, as in
   *     Mesos, which runs such a task under an executor of its own
   */
  private record Sample(
      AgentView view,
      Resources used,
      Map<TaskState, Integer> live,
      Map<ExecutorState, Integer> executors) {

    double live(TaskState state) {
      return live.getOrDefault(state, 0);
    }

    double executors(ExecutorState state) {
      return executors.getOrDefault(state, 0);
    }

    double ended(TaskState... states) {
      long sum = 0;
      for (TaskState state : states) {
        sum += view.history().ended().getOrDefault(state, 0L);
      }
      return sum;
    }

    double counted(AgentCounter counter) {
      return view.counters().getOrDefault(counter, 0L);
    }
  }

  private final Supplier<AgentView> view;
  private final Metrics metrics;
  private final Shared<AgentView, Sample> samples =
      new Shared<>(AgentFigures::sample, VALIDITY, System::nanoTime);
  private final Shared<AgentFigures, MachineLoad> machines =
      new Shared<>(self -> MachineLoad.now(), VALIDITY, System::nanoTime);
  private final Map<String, Supplier<Number>> byLegacyName = new TreeMap<>();

  /**
   * @param metrics takes the numbers under our names
   */
  AgentFigures(Supplier<AgentView> view, Supplier<Duration> uptime, Metrics metrics) {
    this.view = view;
    this.metrics = metrics;
    add(
        "slave/uptime_secs",
        "meseta.agent.uptime.seconds",
        "Since the start of this process",
        () -> uptime.get().toMillis() / 1e3);
    addStanding();
    RESOURCES.forEach(this::addResource);
    addTasks();
    addExecutors();
    addMachine();
  }

  /** Every number that Mesos has a name for. */
  SortedMap<String, Double> snapshot() {
    SortedMap<String, Double> all = new TreeMap<>();
    byLegacyName.forEach((name, value) -> all.put(name, value.get().doubleValue()));
    return all;
  }

  /**
   * Adds a number under both names.
   *
   * @param tags names and values by turns
   */
  void add(
      String legacyName, String name, String description, Supplier<Number> value, String... tags) {
    addLegacy(legacyName, value);
    metrics.gauge(name, description, value, tags);
  }

  /** Adds a number that only tools for Mesos look for. */
  void addLegacy(String legacyName, Supplier<Number> value) {
    if (byLegacyName.putIfAbsent(legacyName, value) != null) {
      throw new IllegalArgumentException("two numbers of the name " + legacyName);
    }
  }

  private Supplier<Number> of(ToDoubleFunction<Sample> number) {
    return () -> number.applyAsDouble(samples.get(view.get()));
  }

  private static Number truth(boolean fact) {
    return fact ? 1 : 0;
  }

  private void addStanding() {
    add(
        "slave/registered",
        "meseta.agent.registered",
        "1 while the master has registered this agent",
        () -> truth(view.get().link() == LinkState.REGISTERED));
    add(
        "slave/degraded",
        "meseta.agent.degraded",
        "1 while the journal or the container engine fails",
        () -> truth(view.get().degraded()));
    add(
        "slave/degraded/journal",
        "meseta.agent.degraded.part",
        "1 while this part of the agent fails",
        () -> truth(view.get().journalFailure().isPresent()),
        "part",
        "journal");
    add(
        "slave/degraded/engine",
        "meseta.agent.degraded.part",
        "1 while this part of the agent fails",
        () -> truth(view.get().engineFailure().isPresent()),
        "part",
        "engine");
    add(
        "slave/frameworks_active",
        "meseta.agent.frameworks",
        "Frameworks that have something here",
        () -> view.get().frameworks().size());
    // A journal that cannot be read is no number: the agent does not start.
    addLegacy("slave/recovery_errors", () -> 0);
  }

  private void addResource(String name) {
    add(
        "slave/" + name + "_total",
        "meseta.agent.resources.total",
        "What the agent has",
        () -> amount(view.get().total(), name),
        "resource",
        name);
    add(
        "slave/" + name + "_used",
        "meseta.agent.resources.used",
        "What tasks and their executors hold",
        of(sample -> amount(sample.used, name)),
        "resource",
        name);
    addLegacy(
        "slave/" + name + "_percent",
        of(sample -> {
          double total = amount(sample.view.total(), name);
          return total == 0 ? 0 : amount(sample.used, name) / total;
        }));
    // Nothing is ever offered a second time here.
    for (String what : List.of("total", "used", "percent")) {
      addLegacy("slave/" + name + "_revocable_" + what, () -> 0);
    }
  }

  private static double amount(Resources resources, String name) {
    return resources.scalarMilli(name) / 1e3;
  }

  private void addTasks() {
    for (TaskState state : TaskState.values()) {
      Supplier<Number> now = of(sample -> sample.live(state));
      String description = "Tasks that are not yet forgotten, by state";
      switch (state) {
        case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING ->
            add(legacyName(state), "meseta.agent.tasks", description, now, "state", state.name());
        default -> metrics.gauge("meseta.agent.tasks", description, now, "state", state.name());
      }
    }
    addEnded(TaskState.TASK_FINISHED);
    addEnded(TaskState.TASK_FAILED);
    addEnded(TaskState.TASK_KILLED);
    addEnded(TaskState.TASK_LOST);
    addEnded(TaskState.TASK_ERROR);
    addEnded(TaskState.TASK_DROPPED);
    addEnded(TaskState.TASK_GONE);
    addLegacy(
        "slave/valid_status_updates", of(sample -> sample.counted(AgentCounter.STATUS_UPDATES)));
    addLegacy(
        "slave/container_launch_errors",
        of(sample -> sample.counted(AgentCounter.FAILED_LAUNCHES)));
  }

  private static String legacyName(TaskState state) {
    return "slave/" + state.name().toLowerCase(Locale.ROOT).replaceFirst("^task_", "tasks_");
  }

  private void addEnded(TaskState state) {
    ToDoubleFunction<Sample> count =
        state == TaskState.TASK_GONE
            ? sample -> sample.ended(TaskState.TASK_GONE, TaskState.TASK_GONE_BY_OPERATOR)
            : sample -> sample.ended(state);
    addLegacy(legacyName(state), of(count));
    metrics.counter(
        "meseta.agent.tasks.ended",
        "Tasks that have ended since the start, by state",
        samples,
        source -> count.applyAsDouble(source.get(view.get())),
        "state",
        state.name());
  }

  private void addExecutors() {
    addExecutors("registering", ExecutorState.REGISTERING);
    addExecutors("running", ExecutorState.RUNNING);
    addExecutors("terminating", ExecutorState.TERMINATING);
    addLegacy(
        "slave/executors_terminated",
        of(sample -> sample.counted(AgentCounter.TERMINATED_EXECUTORS)));
    // Nothing is revocable, so nothing is taken back.
    addLegacy("slave/executors_preempted", () -> 0);
  }

  private void addExecutors(String name, ExecutorState state) {
    add(
        "slave/executors_" + name,
        "meseta.agent.executors",
        "Executors, and tasks without one, by state",
        of(sample -> sample.executors(state)),
        "state",
        name);
  }

  private void addMachine() {
    add(
        "system/cpus_total",
        "meseta.agent.machine.cpus",
        "Processors that this process may use",
        () -> machine().cpus());
    addLoad("system/load_1min", "1min", () -> machine().load1());
    addLoad("system/load_5min", "5min", () -> machine().load5());
    addLoad("system/load_15min", "15min", () -> machine().load15());
    add(
        "system/mem_total_bytes",
        "meseta.agent.machine.memory.total.bytes",
        "Memory of the machine",
        () -> machine().memTotalBytes());
    add(
        "system/mem_free_bytes",
        "meseta.agent.machine.memory.free.bytes",
        "Memory of the machine that nothing is kept in",
        () -> machine().memFreeBytes());
  }

  private void addLoad(String legacyName, String period, Supplier<Number> load) {
    add(
        legacyName,
        "meseta.agent.machine.load",
        "Runnable processes, on average; negative if not known",
        load,
        "period",
        period);
  }

  private MachineLoad machine() {
    return machines.get(this);
  }

  private static Sample sample(AgentView view) {
    Resources used = Resources.EMPTY;
    Map<TaskState, Integer> live = new EnumMap<>(TaskState.class);
    Map<ExecutorState, Integer> executors = new EnumMap<>(ExecutorState.class);
    for (TaskView task : view.tasks()) {
      live.merge(task.state(), 1, Integer::sum);
      if (!task.ended()) {
        used = used.plus(read(task.info().getResourcesList()));
        if (!task.info().hasExecutor()) {
          executors.merge(stateOfItsOwn(task), 1, Integer::sum);
        }
      }
    }
    for (ExecutorView executor : view.executors()) {
      used = used.plus(read(executor.info().getResourcesList()));
      executors.merge(executor.state(), 1, Integer::sum);
    }
    return new Sample(view, used, live, executors);
  }

  /** Where the executor would be that Mesos has for a task without one. */
  private static ExecutorState stateOfItsOwn(TaskView task) {
    return switch (task.state()) {
      case TASK_STAGING, TASK_STARTING -> ExecutorState.REGISTERING;
      default -> ExecutorState.RUNNING;
    };
  }

  private static Resources read(List<Resource> protos) {
    try {
      return Resources.fromProto(protos);
    } catch (ResourceException e) {
      throw new IllegalStateException("a task's resources were validated: " + e.getMessage(), e);
    }
  }
}
