package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.ExecutorState;
import io.meseta.agent.core.ExecutorView;
import io.meseta.agent.core.HistoryView;
import io.meseta.agent.core.LinkState;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.sandbox.DiskWatch.Watched;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.agent.sandbox.Volumes;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.Value;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.resources.Resources;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiskLimitsTest {

  private static final Path WORK_DIR = Path.of("/w");
  private static final Path SANDBOX = WORK_DIR.resolve("slaves/S/frameworks/F/executors/t/runs/c");

  private final DiskLimits limits =
      new DiskLimits(new Sandboxes(WORK_DIR), new Volumes(WORK_DIR, Runnable::run));

  private static Resource disk(double megabytes) {
    return Resource.newBuilder()
        .setName("disk")
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(megabytes))
        .build();
  }

  private static Resource volume(double megabytes) {
    Resource.Builder volume = disk(megabytes).toBuilder();
    volume.addReservationsBuilder().setRole("r").setType(Resource.ReservationInfo.Type.DYNAMIC);
    volume.getDiskBuilder().getPersistenceBuilder().setId("v");
    return volume.build();
  }

  private static AgentView view(TaskState state, Resource... resources) {
    return view(List.of(task("t", state, info(resources).build())), List.of());
  }

  private static TaskInfo.Builder info(Resource... resources) {
    return TaskInfo.newBuilder()
        .setName("t")
        .setTaskId(TaskID.newBuilder().setValue("t"))
        .setAgentId(AgentID.newBuilder().setValue("S"))
        .addAllResources(List.of(resources));
  }

  private static TaskView task(String executor, TaskState state, TaskInfo info) {
    return new TaskView(
        new FrameworkId("F"),
        new ExecutorId(executor),
        new ContainerId("c"),
        info,
        state,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        "",
        0);
  }

  private static ExecutorInfo executor(ExecutorInfo.Type type, Resource... resources) {
    return ExecutorInfo.newBuilder()
        .setType(type)
        .setExecutorId(ExecutorID.newBuilder().setValue("t"))
        .addAllResources(List.of(resources))
        .build();
  }

  private static ExecutorView shown(ExecutorInfo executor, ExecutorState state) {
    return new ExecutorView(
        new FrameworkId("F"),
        executor,
        new ContainerId("c"),
        ContainerStatus.getDefaultInstance(),
        state,
        true);
  }

  private static AgentView view(List<TaskView> tasks, List<ExecutorView> executors) {
    return new AgentView(
        AgentInfo.newBuilder().setHostname("h").setId(AgentID.newBuilder().setValue("S")).build(),
        LinkState.REGISTERED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        tasks,
        Map.of(),
        executors,
        Optional.empty(),
        Resources.EMPTY,
        List.of(),
        new HistoryView(List.of(), Map.of()));
  }

  @Test
  void theSandboxMayUseAllOfThePlainDisk() {
    assertThat(limits.of(view(TaskState.TASK_RUNNING, disk(10), disk(0.5))))
        .containsExactly(new Watched(new ContainerId("c"), SANDBOX, (10L << 20) + (1 << 19)));
  }

  @Test
  void aVolumeCountsForItself() {
    assertThat(limits.of(view(TaskState.TASK_RUNNING, disk(10), volume(20))))
        .containsExactlyInAnyOrder(
            new Watched(new ContainerId("c"), SANDBOX, 10L << 20),
            new Watched(new ContainerId("c"), WORK_DIR.resolve("volumes/roles/r/v"), 20L << 20));
  }

  @Test
  void anExecutorsSandboxMayUseWhatItAndItsTasksWereGranted() {
    ExecutorInfo executor = executor(ExecutorInfo.Type.CUSTOM, disk(1));
    TaskInfo task = info(disk(10), volume(20)).setExecutor(executor).build();
    List<TaskView> tasks =
        List.of(
            task("t", TaskState.TASK_RUNNING, task),
            task("t", TaskState.TASK_STAGING, info(disk(100)).setExecutor(executor).build()),
            task("t", TaskState.TASK_FINISHED, info(disk(1000)).setExecutor(executor).build()));

    assertThat(limits.of(view(tasks, List.of(shown(executor, ExecutorState.RUNNING)))))
        .containsExactlyInAnyOrder(
            new Watched(new ContainerId("c"), SANDBOX, 111L << 20),
            new Watched(new ContainerId("c"), WORK_DIR.resolve("volumes/roles/r/v"), 20L << 20));
    assertThat(limits.of(view(tasks, List.of(shown(executor, ExecutorState.TERMINATING)))))
        .isEmpty();
  }

  @Test
  void tasksOfAGroupHaveSandboxesOfTheirOwn() {
    ExecutorInfo executor = executor(ExecutorInfo.Type.DEFAULT, disk(1));
    TaskView task = task("t", TaskState.TASK_RUNNING, info(disk(10)).setExecutor(executor).build());

    assertThat(limits.of(view(List.of(task), List.of(shown(executor, ExecutorState.RUNNING)))))
        .containsExactly(new Watched(new ContainerId("c"), SANDBOX, 10L << 20));
  }

  @Test
  void withoutAResourceThereIsNoLimit() {
    assertThat(limits.of(view(TaskState.TASK_RUNNING))).isEmpty();
    assertThat(limits.of(view(TaskState.TASK_RUNNING, disk(0)))).isEmpty();
    assertThat(limits.of(view(TaskState.TASK_STARTING, disk(10)))).isEmpty();
  }
}
