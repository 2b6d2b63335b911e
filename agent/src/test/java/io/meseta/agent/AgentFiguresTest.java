package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meseta.agent.core.AgentCore;
import io.meseta.agent.core.AgentCounter;
import io.meseta.agent.core.AgentSettings;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.ExecutorState;
import io.meseta.agent.core.ExecutorView;
import io.meseta.agent.core.TaskView;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.metrics.Metrics;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentFiguresTest {

  /** Kept by other parts of an agent, or of what only Mesos's own library does. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "slave/executor_directory_max_allowed_age_secs",
          "slave/invalid_framework_messages",
          "slave/invalid_status_updates",
          "slave/valid_framework_messages",
          "slave/recovery_time_secs");

  private static final List<Resource> CPU =
      Resources.of("cpus:0.1").toProto(ReservationFormat.REFINED);

  private final Metrics metrics = new Metrics();
  private final Metrics others = new Metrics();
  private final AgentView view =
      new AgentCore(
              AgentSettings.defaults(
                  AgentInfo.newBuilder()
                      .setHostname("h")
                      .addAllResources(
                          Resources.of("cpus:4;mem:1000;disk:5;gpus:2")
                              .toProto(ReservationFormat.REFINED))
                      .build(),
                  "1.0"))
          .view();
  private final AgentFigures figures =
      new AgentFigures(() -> view, () -> Duration.ofMillis(1500), metrics);

  @AfterEach
  void close() {
    metrics.close();
    others.close();
  }

  @Test
  void theyHaveTheNamesThatMesosGivesThem() throws Exception {
    Set<String> expected = new TreeSet<>();
    try (InputStream in = getClass().getResourceAsStream("/mesos/agent-metrics.json")) {
      var sample = new ObjectMapper().readTree(Objects.requireNonNull(in));
      for (Iterator<String> names = sample.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (name.startsWith("slave/") || name.startsWith("system/")) {
          expected.add(name);
        }
      }
    }
    expected.removeAll(OF_OTHERS);

    assertThat(expected).hasSizeGreaterThan(40);
    assertThat(figures.snapshot()).containsKeys(expected.toArray(String[]::new));
  }

  @Test
  void theyAreOfTheAgentAndItsMachine() {
    SortedMap<String, Double> snapshot = figures.snapshot();

    assertThat(snapshot)
        .containsEntry("slave/cpus_total", 4.0)
        .containsEntry("slave/gpus_total", 2.0)
        .containsEntry("slave/mem_used", 0.0)
        .containsEntry("slave/mem_percent", 0.0)
        .containsEntry("slave/registered", 0.0)
        .containsEntry("slave/degraded", 0.0)
        .containsEntry("slave/uptime_secs", 1.5);
    assertThat(snapshot.get("system/mem_total_bytes")).isGreaterThan(100 << 20);
    assertThat(snapshot.get("system/cpus_total")).isPositive();
    assertThat(snapshot.get("system/load_1min")).isNotNegative();
  }

  @Test
  void executorsAreCountedByTheirOwnState() {
    ExecutorInfo custom = executor("e", ExecutorInfo.Type.CUSTOM);
    ExecutorInfo group = executor("g", ExecutorInfo.Type.DEFAULT);
    AgentView now =
        new AgentView(
            view.agent(),
            view.link(),
            view.leader(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            List.of(),
            List.of(
                task("alone", TaskState.TASK_STARTING, null),
                task("killed", TaskState.TASK_KILLING, null),
                task("over", TaskState.TASK_FINISHED, null),
                task("e1", TaskState.TASK_RUNNING, custom),
                task("e2", TaskState.TASK_KILLING, custom),
                task("g1", TaskState.TASK_RUNNING, group),
                task("g2", TaskState.TASK_RUNNING, group)),
            Map.of(AgentCounter.TERMINATED_EXECUTORS, 3L),
            List.of(
                shown(custom, ExecutorState.RUNNING),
                shown(group, ExecutorState.RUNNING),
                shown(executor("new", ExecutorInfo.Type.CUSTOM), ExecutorState.REGISTERING),
                shown(executor("old", ExecutorInfo.Type.CUSTOM), ExecutorState.TERMINATING)),
            Optional.empty(),
            view.total(),
            List.of(),
            view.history());

    assertThat(new AgentFigures(() -> now, () -> Duration.ZERO, others).snapshot())
        .containsEntry("slave/executors_registering", 2.0)
        .containsEntry("slave/executors_running", 3.0)
        .containsEntry("slave/executors_terminating", 1.0)
        .containsEntry("slave/executors_terminated", 3.0)
        // Six tasks that have not ended, and four executors that are there once each.
        .containsEntry("slave/cpus_used", 0.6 + 0.4);
  }

  private static ExecutorInfo executor(String id, ExecutorInfo.Type type) {
    return ExecutorInfo.newBuilder()
        .setType(type)
        .setExecutorId(ExecutorID.newBuilder().setValue(id))
        .addAllResources(CPU)
        .build();
  }

  private static ExecutorView shown(ExecutorInfo executor, ExecutorState state) {
    return new ExecutorView(
        new FrameworkId("F"),
        executor,
        new ContainerId("c-" + executor.getExecutorId().getValue()),
        ContainerStatus.getDefaultInstance(),
        state,
        true);
  }

  private static TaskView task(String id, TaskState state, @Nullable ExecutorInfo executor) {
    TaskInfo.Builder info =
        TaskInfo.newBuilder()
            .setName(id)
            .setTaskId(TaskID.newBuilder().setValue(id))
            .setAgentId(AgentID.newBuilder().setValue("S"))
            .addAllResources(CPU);
    if (executor != null) {
      info.setExecutor(executor);
    }
    return new TaskView(
        new FrameworkId("F"),
        new ExecutorId(id),
        new ContainerId("c-" + id),
        info.build(),
        state,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        "",
        0);
  }

  @Test
  void aNumberOfAnotherPartIsAmongThem() {
    figures.add("gc/path_removals_pending", "meseta.agent.gc.pending", "Directories", () -> 3);

    assertThat(figures.snapshot()).containsEntry("gc/path_removals_pending", 3.0);
  }
}
