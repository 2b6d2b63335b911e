package io.meseta.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mesosphere.mesos.rx.java.Mesos4xxException;
import com.mesosphere.mesos.rx.java.protobuf.SchedulerCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mesosphere's RxJava client, 0.1.2: everything that a framework does with it, against a real
 * master and a real agent.
 */
class RxJavaClientIT {

  @TempDir static Path directory;

  private static DevCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = DevCluster.start(Files.createDirectories(directory.resolve("cluster")));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** With an id of its own choice: the client has no other way. */
  private static RxFramework subscribe(String name) throws InterruptedException {
    FrameworkInfo info =
        FrameworkInfo.newBuilder()
            .setId(FrameworkID.newBuilder().setValue(name + "-" + UUID.randomUUID()))
            .setUser("root")
            .setName(name)
            .setFailoverTimeout(0)
            .build();
    return RxFramework.subscribe(cluster.master(), info);
  }

  @Test
  void aFrameworkLaunchesAcknowledgesReconcilesKillsAndTearsDown() throws Exception {
    try (RxFramework framework = subscribe("rxjava")) {
      framework.next(Event.Type.HEARTBEAT);
      Offer offer = framework.next(Event.Type.OFFERS).getOffers().getOffers(0);
      assertThat(offer.getFrameworkId()).isEqualTo(framework.id());

      framework.call(launch(framework, offer, "sleeping"));
      assertThat(framework.nextUpdate().getState()).isEqualTo(TaskState.TASK_STARTING);
      TaskStatus running = framework.nextUpdate();
      assertThat(running.getState()).isEqualTo(TaskState.TASK_RUNNING);
      assertThat(running.getAgentId()).isEqualTo(offer.getAgentId());
      assertThat(running.getExecutorId().getValue()).isEqualTo("sleeping");
      assertThat(running.hasHealthy()).isFalse();

      framework.call(reconcile(framework, "sleeping"));
      assertReconciled(framework.nextUpdate(), "sleeping", TaskState.TASK_RUNNING);
      framework.call(reconcile(framework, "unheard-of"));
      assertReconciled(framework.nextUpdate(), "unheard-of", TaskState.TASK_LOST);

      framework.call(
          framework
              .newCall(Call.Type.KILL)
              .setKill(Call.Kill.newBuilder().setTaskId(id("sleeping")))
              .build());
      assertThat(framework.nextUpdate().getState()).isEqualTo(TaskState.TASK_KILLED);

      Offer again = framework.next(Event.Type.OFFERS).getOffers().getOffers(0);
      framework.call(SchedulerCalls.decline(framework.id(), List.of(again.getId())));
      framework.call(framework.newCall(Call.Type.REVIVE).build());
      framework.next(Event.Type.OFFERS);

      framework.call(framework.newCall(Call.Type.TEARDOWN).build());
      framework.awaitEnd();
    }
  }

  @Test
  void theClientIsToldWhyACallWasRefused() throws Exception {
    try (RxFramework framework = subscribe("refused")) {
      Call foreign =
          Call.newBuilder(framework.newCall(Call.Type.REVIVE).build())
              .setFrameworkId(FrameworkID.newBuilder().setValue("nobody"))
              .build();
      assertThatThrownBy(() -> framework.call(foreign))
          .hasCauseInstanceOf(Mesos4xxException.class)
          .hasMessageContaining("Framework cannot be found");
      framework.call(framework.newCall(Call.Type.TEARDOWN).build());
      framework.awaitEnd();
    }
  }

  private static Call launch(RxFramework framework, Offer offer, String task) {
    TaskInfo.Builder sleeping =
        TaskInfo.newBuilder()
            .setName(task)
            .setTaskId(id(task))
            .setAgentId(offer.getAgentId())
            .setCommand(CommandInfo.newBuilder().setValue("exec sleep 600"))
            .addResources(scalar("cpus", 0.1))
            .addResources(scalar("mem", 32));
    return framework
        .newCall(Call.Type.ACCEPT)
        .setAccept(
            Call.Accept.newBuilder()
                .addOfferIds(offer.getId())
                .setFilters(Filters.newBuilder().setRefuseSeconds(0))
                .addOperations(
                    Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.LAUNCH)
                        .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(sleeping))))
        .build();
  }

  private static Call reconcile(RxFramework framework, String task) {
    return framework
        .newCall(Call.Type.RECONCILE)
        .setReconcile(
            Call.Reconcile.newBuilder()
                .addTasks(Call.Reconcile.Task.newBuilder().setTaskId(id(task))))
        .build();
  }

  private static void assertReconciled(TaskStatus status, String task, TaskState state) {
    assertThat(status.getTaskId()).isEqualTo(id(task));
    assertThat(status.getState()).isEqualTo(state);
    assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
    assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
    assertThat(status.hasUuid()).isFalse();
  }

  private static TaskID id(String value) {
    return TaskID.newBuilder().setValue(value).build();
  }

  private static Resource.Builder scalar(String name, double value) {
    return Resource.newBuilder()
        .setName(name)
        .setRole("*")
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(value));
  }
}
