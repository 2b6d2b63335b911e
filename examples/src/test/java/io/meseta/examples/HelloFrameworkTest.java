package io.meseta.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OfferID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.NotConnectedException;
import io.meseta.scheduler.Resources;
import io.meseta.scheduler.SchedulerDriver;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** How an author tests a scheduler without a cluster: with a driver that notes the calls. */
class HelloFrameworkTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final HelloFramework framework =
      new HelloFramework("busybox", 2, new PrintStream(said, true, StandardCharsets.UTF_8));
  private final FakeDriver driver = new FakeDriver();

  @Test
  void launchesAllOnOneOfferAndWantsNoMore() {
    framework.offers(driver, List.of(offer(4)));

    assertThat(driver.types()).containsExactly(Call.Type.ACCEPT, Call.Type.SUPPRESS);
    assertThat(driver.launched()).hasSize(2);
    assertThat(driver.launched().get(0).getResourcesList())
        .containsExactly(Resources.cpus(0.5), Resources.memoryMiB(64));
    assertThat(said()).contains("offer of host0: 4 cpus, 1024 MiB memory");
  }

  @Test
  void launchesWhatFitsAndWaitsForMore() {
    framework.offers(driver, List.of(offer(0.5)));
    assertThat(driver.launched()).hasSize(1);
    assertThat(driver.types()).containsExactly(Call.Type.ACCEPT);

    framework.offers(driver, List.of(offer(0.5), offer(4)));
    assertThat(driver.launched()).hasSize(2);
    assertThat(driver.types())
        .containsExactly(Call.Type.ACCEPT, Call.Type.ACCEPT, Call.Type.ACCEPT, Call.Type.SUPPRESS);
  }

  @Test
  void launchesAgainWhatWasNotSent() {
    driver.connected = false;
    framework.offers(driver, List.of(offer(4)));
    driver.calls.clear();
    driver.connected = true;

    framework.offers(driver, List.of(offer(4)));

    assertThat(driver.launched()).hasSize(2);
  }

  @Test
  void tearsDownWhenAllHaveEnded() {
    framework.offers(driver, List.of(offer(4)));
    List<TaskInfo> tasks = driver.launched();
    driver.calls.clear();

    framework.statusUpdate(driver, status(tasks.get(0), TaskState.TASK_RUNNING));
    framework.statusUpdate(driver, status(tasks.get(0), TaskState.TASK_FINISHED));
    framework.statusUpdate(driver, status(tasks.get(0), TaskState.TASK_FINISHED));
    assertThat(driver.calls).isEmpty();
    assertThat(framework.allSucceeded()).isFalse();

    framework.statusUpdate(driver, status(tasks.get(1), TaskState.TASK_FINISHED));
    assertThat(driver.types()).containsExactly(Call.Type.TEARDOWN);
    assertThat(framework.allSucceeded()).isTrue();
    assertThat(said()).contains("all have finished");
  }

  @Test
  void tearsDownAgainWhenTheFirstCallDidNotGetThrough() {
    framework.offers(driver, List.of(offer(4)));
    List<TaskInfo> tasks = driver.launched();
    driver.connected = false;
    tasks.forEach(task -> framework.statusUpdate(driver, status(task, TaskState.TASK_FINISHED)));
    driver.calls.clear();
    driver.connected = true;

    framework.resubscribed(driver, Frameworks.id("fw"), MasterInfo.getDefaultInstance());

    assertThat(driver.types()).containsExactly(Call.Type.TEARDOWN);
  }

  @Test
  void aFailedTaskIsToldInTheEnd() {
    framework.offers(driver, List.of(offer(4)));
    for (TaskInfo task : driver.launched()) {
      framework.statusUpdate(driver, status(task, TaskState.TASK_FAILED));
    }

    assertThat(framework.allSucceeded()).isFalse();
    assertThat(said()).contains("not all well");
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private static Offer offer(double cpus) {
    return Offer.newBuilder()
        .setId(OfferID.newBuilder().setValue("O1"))
        .setFrameworkId(Frameworks.id("fw"))
        .setAgentId(AgentID.newBuilder().setValue("S0"))
        .setHostname("host0")
        .addResources(Resources.cpus(cpus))
        .addResources(Resources.memoryMiB(1024))
        .build();
  }

  private static TaskStatus status(TaskInfo task, TaskState state) {
    return TaskStatus.newBuilder().setTaskId(task.getTaskId()).setState(state).build();
  }

  private static final class FakeDriver implements SchedulerDriver {
    final List<Call> calls = new ArrayList<>();
    boolean connected = true;

    List<Call.Type> types() {
      return calls.stream().map(Call::getType).toList();
    }

    List<TaskInfo> launched() {
      return calls.stream()
          .flatMap(call -> call.getAccept().getOperationsList().stream())
          .flatMap(operation -> operation.getLaunch().getTaskInfosList().stream())
          .toList();
    }

    @Override
    public CompletionStage<Void> call(Call call) {
      if (!connected) {
        return CompletableFuture.failedStage(new NotConnectedException("no master"));
      }
      calls.add(call);
      return CompletableFuture.completedStage(null);
    }

    @Override
    public Executor callbackExecutor() {
      return Runnable::run;
    }

    @Override
    public SchedulerDriver start() {
      return this;
    }

    @Override
    public void stop() {}

    @Override
    public void awaitTermination() {}

    @Override
    public boolean awaitTermination(Duration limit) {
      return true;
    }

    @Override
    public void close() {}
  }
}
