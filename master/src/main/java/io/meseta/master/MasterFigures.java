package io.meseta.master;

import io.meseta.api.v1.TaskState;
import io.meseta.common.metrics.MachineLoad;
import io.meseta.common.resources.Quantities;
import io.meseta.master.core.MasterCounter;
import io.meseta.master.http.read.Numbers;
import io.meseta.master.view.AgentView.Standing;
import io.meseta.master.view.ClusterTotals;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.RoleView;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The numbers of a master under the names that Mesos's dashboards look for. All of them are kept up
 * by others or taken from sums of the view: to read them costs nothing that grows with agents or
 * tasks, and little per framework.
 */
public final class MasterFigures implements Numbers {

  private static final List<String> RESOURCES = List.of("cpus", "mem", "disk", "gpus");
  private static final double MILLI = 1e3;

  private static final List<TaskState> PRESENT =
      List.of(
          TaskState.TASK_STAGING,
          TaskState.TASK_STARTING,
          TaskState.TASK_RUNNING,
          TaskState.TASK_KILLING,
          TaskState.TASK_UNREACHABLE);

  private static final List<TaskState> ENDED =
      List.of(
          TaskState.TASK_FINISHED,
          TaskState.TASK_FAILED,
          TaskState.TASK_KILLED,
          TaskState.TASK_LOST,
          TaskState.TASK_ERROR,
          TaskState.TASK_DROPPED,
          TaskState.TASK_GONE,
          TaskState.TASK_GONE_BY_OPERATOR);

  private static final String[] ACTIVE_NAMES = names("tasks/active/", PRESENT);
  private static final String[] TERMINAL_NAMES = names("tasks/terminal/", ENDED);

  private final Sources sources;
  private final Clock clock;
  private final Instant startedAt;

  /**
   * Where the numbers come from.
   *
   * @param backlog events that wait for the core
   * @param counted by the core
   * @param counts by others
   */
  public record Sources(
      BooleanSupplier leading,
      Supplier<MasterView> view,
      IntSupplier backlog,
      ToLongFunction<MasterCounter> counted,
      Counts counts) {}

  /** What is counted and measured around the core. */
  public record Counts(Occurrences occurrences, Traffic traffic, MasterTimings timings) {

    /** Nothing yet. */
    public static Counts none() {
      return new Counts(new Occurrences(), new Traffic(), MasterTimings.unshown());
    }
  }

  /**
   * @param clock for the time since this was made, which is the time since the start
   */
  public MasterFigures(Sources sources, Clock clock) {
    this.sources = sources;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  private static String[] names(String prefix, List<TaskState> states) {
    return states.stream().map(state -> prefix + MetricNames.lower(state)).toArray(String[]::new);
  }

  @Override
  public void forEach(ObjDoubleConsumer<String> reader) {
    MasterView view = sources.view().get();
    ofMaster(reader);
    ofCluster(view.totals(), reader);
    ofTasks(view.totals(), reader);
    ofAllocator(view, reader);
    ofMachine(reader);
    sources.counts().traffic().forEach(reader);
    view.frameworks().values().forEach(framework -> ofFramework(framework, reader));
  }

  private void ofMaster(ObjDoubleConsumer<String> reader) {
    reader.accept("master/elected", sources.leading().getAsBoolean() ? 1 : 0);
    reader.accept(
        "master/uptime_secs", Duration.between(startedAt, clock.instant()).toMillis() / MILLI);
    // Everything comes to the core by one queue.
    reader.accept("master/event_queue_messages", 0);
    reader.accept("master/event_queue_dispatches", sources.backlog().getAsInt());
    reader.accept("master/event_queue_http_requests", 0);
    reader.accept("registrar/log/recovered", sources.leading().getAsBoolean() ? 1 : 0);
    MasterTimings timings = sources.counts().timings();
    timings.registryFetch().forEach("registrar/state_fetch_ms", reader);
    timings.registryStore().forEach("registrar/state_store_ms", reader);
    reader.accept("allocator/mesos/allocation_runs", (double) timings.allocation().count());
    timings.allocation().forEach("allocator/mesos/allocation_run_ms", reader);
    timings.allocationLatency().forEach("allocator/mesos/allocation_run_latency_ms", reader);
  }

  private void ofCluster(ClusterTotals totals, ObjDoubleConsumer<String> reader) {
    int connected = totals.agents(Standing.CONNECTED);
    int disconnected = totals.agents(Standing.DISCONNECTED);
    reader.accept("master/slaves_connected", connected);
    reader.accept("master/slaves_disconnected", disconnected);
    reader.accept("master/slaves_active", connected - totals.deactivatedAgents());
    reader.accept("master/slaves_inactive", disconnected + totals.deactivatedAgents());
    reader.accept("master/slaves_unreachable", totals.agents(Standing.UNREACHABLE));
    reader.accept("master/frameworks_connected", totals.connectedFrameworks());
    reader.accept("master/frameworks_disconnected", totals.disconnectedFrameworks());
    reader.accept("master/frameworks_active", totals.connectedFrameworks());
    reader.accept("master/frameworks_inactive", totals.disconnectedFrameworks());
    reader.accept("master/outstanding_offers", totals.offers());
    for (String resource : RESOURCES) {
      double total = totals.resources().get(resource) / MILLI;
      double used = totals.used().get(resource) / MILLI;
      reader.accept("master/" + resource + "_total", total);
      reader.accept("master/" + resource + "_used", used);
      reader.accept("master/" + resource + "_percent", total == 0 ? 0 : used / total);
    }
    Occurrences occurred = sources.counts().occurrences();
    reader.accept(
        "master/slave_registrations", (double) occurred.of(Occurrences.Kind.AGENT_REGISTRATIONS));
    reader.accept(
        "master/slave_reregistrations",
        (double) occurred.of(Occurrences.Kind.AGENT_REREGISTRATIONS));
    reader.accept("master/slave_removals", (double) occurred.of(Occurrences.Kind.AGENT_REMOVALS));
    long left = count(MasterCounter.AGENTS_LEFT);
    reader.accept("master/slave_removals/reason_unregistered", (double) left);
    reader.accept(
        "master/slave_removals/reason_unhealthy",
        (double) Math.max(0, count(MasterCounter.UNREACHABLE_COMPLETED) - left));
    reader.accept(
        "master/recovery_slave_removals", (double) count(MasterCounter.RECOVERY_REMOVALS));
    reader.accept(
        "master/slave_unreachable_scheduled", (double) count(MasterCounter.UNREACHABLE_SCHEDULED));
    reader.accept(
        "master/slave_unreachable_completed", (double) count(MasterCounter.UNREACHABLE_COMPLETED));
    reader.accept(
        "master/slave_unreachable_canceled", (double) count(MasterCounter.UNREACHABLE_CANCELED));
  }

  private void ofTasks(ClusterTotals totals, ObjDoubleConsumer<String> reader) {
    Occurrences occurred = sources.counts().occurrences();
    for (TaskState state : PRESENT) {
      reader.accept(
          MetricNames.lower(state).replaceFirst("^task_", "master/tasks_"), totals.tasks(state));
    }
    for (TaskState state : ENDED) {
      reader.accept(
          MetricNames.lower(state).replaceFirst("^task_", "master/tasks_"),
          (double) occurred.of(state));
    }
    occurred.forEachReason((name, count) -> reader.accept("master/" + name, (double) count));
    reader.accept(
        "master/valid_status_updates", (double) occurred.of(Occurrences.Kind.STATUS_UPDATES));
    reader.accept(
        "master/invalid_status_updates",
        (double)
            (count(MasterCounter.REFUSED_UPDATES) + count(MasterCounter.ILLEGAL_TASK_TRANSITIONS)));
  }

  private long count(MasterCounter counter) {
    return sources.counted().applyAsLong(counter);
  }

  private void ofAllocator(MasterView view, ObjDoubleConsumer<String> reader) {
    reader.accept("allocator/mesos/event_queue_dispatches", sources.backlog().getAsInt());
    Quantities held = view.totals().used().plus(view.totals().offered());
    for (String resource : RESOURCES) {
      String prefix = "allocator/mesos/resources/" + resource;
      reader.accept(prefix + "/total", view.totals().resources().get(resource) / MILLI);
      reader.accept(prefix + "/offered_or_allocated", held.get(resource) / MILLI);
    }
    for (RoleView role : view.roles().values()) {
      role.quota()
          .ifPresent(quota -> {
            String prefix = "allocator/mesos/quota/roles/" + role.name() + "/resources/";
            quota
                .getGuaranteesMap()
                .forEach((name, amount) ->
                    reader.accept(prefix + name + "/guarantee", amount.getValue()));
            quota
                .getLimitsMap()
                .forEach(
                    (name, amount) -> reader.accept(prefix + name + "/limit", amount.getValue()));
          });
    }
  }

  private static void ofMachine(ObjDoubleConsumer<String> reader) {
    MachineLoad machine = MachineLoad.now();
    reader.accept("system/cpus_total", machine.cpus());
    reader.accept("system/load_1min", machine.load1());
    reader.accept("system/load_5min", machine.load5());
    reader.accept("system/load_15min", machine.load15());
    reader.accept("system/mem_total_bytes", (double) machine.memTotalBytes());
    reader.accept("system/mem_free_bytes", (double) machine.memFreeBytes());
  }

  private void ofFramework(FrameworkView framework, ObjDoubleConsumer<String> reader) {
    String prefix = prefix(framework);
    reader.accept(prefix + "subscribed", framework.connected() ? 1 : 0);
    Map<TaskState, Integer> present = framework.taskStates();
    for (int i = 0; i < ACTIVE_NAMES.length; i++) {
      reader.accept(prefix + ACTIVE_NAMES[i], present.getOrDefault(PRESENT.get(i), 0));
    }
    String id = framework.info().getId().getValue();
    Occurrences occurred = sources.counts().occurrences();
    for (int i = 0; i < TERMINAL_NAMES.length; i++) {
      reader.accept(prefix + TERMINAL_NAMES[i], (double) occurred.of(id, ENDED.get(i)));
    }
    sources.counts().traffic().forEach(id, prefix, reader);
  }

  /** A name may have a slash, which would look like the end of it. */
  private static String prefix(FrameworkView framework) {
    String name =
        URLEncoder.encode(framework.info().getName(), StandardCharsets.UTF_8).replace("+", "%20");
    return "master/frameworks/" + name + "/" + framework.info().getId().getValue() + "/";
  }
}
