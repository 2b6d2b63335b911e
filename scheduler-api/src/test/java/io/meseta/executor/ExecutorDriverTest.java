package io.meseta.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.DurationInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.KillPolicy;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.executor.Call;
import io.meseta.api.v1.executor.Event;
import io.meseta.common.net.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The driver against an agent that is played by the test. */
class ExecutorDriverTest {

  /** Notes what it is told. */
  private static final class Noting implements Executor {
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Override
    public void subscribed(
        ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, AgentInfo agent) {
      told.add("subscribed at " + agent.getId().getValue());
    }

    @Override
    public void resubscribed(ExecutorDriver driver, AgentInfo agent) {
      told.add("resubscribed");
    }

    @Override
    public void disconnected(ExecutorDriver driver, String reason) {
      told.add("disconnected");
    }

    @Override
    public void launch(ExecutorDriver driver, TaskInfo task) {
      told.add("launch " + task.getTaskId().getValue());
      if (task.getName().equals("faulty")) {
        throw new IllegalStateException("planted");
      }
    }

    @Override
    public void kill(ExecutorDriver driver, TaskID task, Optional<Duration> gracePeriod) {
      told.add("kill " + task.getValue() + " " + gracePeriod.map(Object::toString).orElse("-"));
    }

    @Override
    public void message(ExecutorDriver driver, byte[] data) {
      told.add("message " + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void shutdown(ExecutorDriver driver) {
      told.add("shutdown");
      driver.stop();
    }

    @Override
    public void error(ExecutorDriver driver, String message) {
      told.add("error " + message);
    }

    String next() throws InterruptedException {
      return String.valueOf(told.poll(30, TimeUnit.SECONDS));
    }
  }

  private final Noting executor = new Noting();
  private final ScriptedAgent agent;
  private final ExecutorDriver driver;

  ExecutorDriverTest() throws Exception {
    agent = new ScriptedAgent();
    driver = ExecutorDriver.start(executor, agent.environment());
    assertThat(agent.call().getType()).isEqualTo(Call.Type.SUBSCRIBE);
    assertThat(executor.next()).isEqualTo("subscribed at A0");
  }

  @AfterEach
  void close() throws IOException {
    driver.close();
    agent.close();
  }

  private static TaskID id(String task) {
    return TaskID.newBuilder().setValue(task).build();
  }

  private static TaskInfo task(String id) {
    return TaskInfo.newBuilder()
        .setName(id)
        .setTaskId(id(id))
        .setAgentId(AgentID.newBuilder().setValue("A0"))
        .build();
  }

  private void launch(TaskInfo task) {
    agent.say(
        Event.newBuilder()
            .setType(Event.Type.LAUNCH)
            .setLaunch(Event.Launch.newBuilder().setTask(task)));
  }

  private void acknowledge(TaskStatus status) {
    agent.say(
        Event.newBuilder()
            .setType(Event.Type.ACKNOWLEDGED)
            .setAcknowledged(
                Event.Acknowledged.newBuilder()
                    .setTaskId(status.getTaskId())
                    .setUuid(status.getUuid())));
  }

  @Test
  void whatTheAgentSaysIsCalledBackInOrder() throws Exception {
    launch(task("t1").toBuilder().setName("faulty").build());
    agent.say(
        Event.newBuilder()
            .setType(Event.Type.LAUNCH_GROUP)
            .setLaunchGroup(
                Event.LaunchGroup.newBuilder()
                    .setTaskGroup(
                        TaskGroupInfo.newBuilder().addTasks(task("t2")).addTasks(task("t3")))));
    agent.say(
        Event.newBuilder()
            .setType(Event.Type.KILL)
            .setKill(
                Event.Kill.newBuilder()
                    .setTaskId(id("t2"))
                    .setKillPolicy(
                        KillPolicy.newBuilder()
                            .setGracePeriod(
                                DurationInfo.newBuilder().setNanoseconds(3_000_000_000L)))));
    agent.say(
        Event.newBuilder()
            .setType(Event.Type.KILL)
            .setKill(Event.Kill.newBuilder().setTaskId(id("t3"))));
    agent.say(
        Event.newBuilder()
            .setType(Event.Type.MESSAGE)
            .setMessage(Event.Message.newBuilder().setData(ByteString.copyFromUtf8("hi"))));

    assertThat(executor.next()).isEqualTo("launch t1");
    assertThat(executor.next()).isEqualTo("launch t2");
    assertThat(executor.next()).isEqualTo("launch t3");
    assertThat(executor.next()).isEqualTo("kill t2 PT3S");
    assertThat(executor.next()).isEqualTo("kill t3 -");
    assertThat(executor.next()).isEqualTo("message hi");
  }

  @Test
  void updatesHaveWhatTheyNeedAndKeepTheirOrder() throws Exception {
    driver.sendStatusUpdate(id("t1"), TaskState.TASK_RUNNING, "");
    driver.sendStatusUpdate(id("t1"), TaskState.TASK_FINISHED, "done");
    driver.sendMessage("hello".getBytes(StandardCharsets.UTF_8));

    TaskStatus first = agent.call().getUpdate().getStatus();
    TaskStatus second = agent.call().getUpdate().getStatus();
    assertThat(first.getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(first.getUuid().size()).isEqualTo(16);
    assertThat(first.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
    assertThat(first.getExecutorId().getValue()).isEqualTo("e1");
    assertThat(first.hasTimestamp()).isTrue();
    assertThat(second.getMessage()).isEqualTo("done");
    assertThat(agent.call().getMessage().getData().toStringUtf8()).isEqualTo("hello");
  }

  @Test
  void whatIsNotAcknowledgedIsToldAgainToAnAgentThatWasAway() throws Exception {
    launch(task("t1"));
    launch(task("t2"));
    assertThat(executor.next()).isEqualTo("launch t1");
    assertThat(executor.next()).isEqualTo("launch t2");
    driver.sendStatusUpdate(id("t1"), TaskState.TASK_RUNNING, "");
    acknowledge(agent.call().getUpdate().getStatus());
    driver.sendStatusUpdate(id("t1"), TaskState.TASK_FINISHED, "");
    TaskStatus lost = agent.call().getUpdate().getStatus();
    launch(task("t3"));
    assertThat(executor.next()).isEqualTo("launch t3");

    agent.hangUp();

    assertThat(executor.next()).isEqualTo("disconnected");
    Call.Subscribe again = agent.call().getSubscribe();
    assertThat(again.getUnacknowledgedTasksList())
        .extracting(task -> task.getTaskId().getValue())
        .containsExactly("t2", "t3");
    assertThat(again.getUnacknowledgedUpdatesList())
        .extracting(Call.Update::getStatus)
        .containsExactly(lost);
    assertThat(executor.next()).isEqualTo("resubscribed");
  }

  @Test
  void anUpdateThatTheAgentCannotTakeNowIsToldWithTheNextSubscription() throws Exception {
    agent.answer(HttpResponse.text(503, "not now"));

    driver.sendStatusUpdate(id("t1"), TaskState.TASK_RUNNING, "");

    ByteString sent = agent.call().getUpdate().getStatus().getUuid();
    assertThat(agent.call().getSubscribe().getUnacknowledgedUpdates(0).getStatus().getUuid())
        .isEqualTo(sent);
  }

  @Test
  void anUpdateThatIsRefusedIsNotToldForEver() throws Exception {
    agent.answer(HttpResponse.text(400, "no"));

    driver.sendStatusUpdate(id("t1"), TaskState.TASK_RUNNING, "");
    agent.call();
    driver.sendStatusUpdate(id("t2"), TaskState.TASK_RUNNING, "");
    agent.call();
    agent.hangUp();

    assertThat(agent.call().getSubscribe().getUnacknowledgedUpdatesList())
        .extracting(update -> update.getStatus().getTaskId().getValue())
        .containsExactly("t2");
  }

  @Test
  void aShutdownEndsWhenTheAgentHasWhatWasSaid() throws Exception {
    driver.sendStatusUpdate(id("t1"), TaskState.TASK_KILLED, "");
    TaskStatus last = agent.call().getUpdate().getStatus();
    agent.say(Event.newBuilder().setType(Event.Type.SHUTDOWN));
    assertThat(executor.next()).isEqualTo("shutdown");
    assertThat(driver.awaitTermination(Duration.ofMillis(100))).isFalse();

    acknowledge(last);

    assertThat(driver.awaitTermination(Duration.ofSeconds(15))).isTrue();
  }

  /** The acknowledgement comes on the stream, the answer to the call on another connection. */
  @Test
  void itEndsAlsoWhenTheAcknowledgementComesBeforeTheAnswer() throws Exception {
    ExecutorEnvironment known = agent.environment();
    Noting patient = new Noting();
    try (ExecutorDriver other =
        ExecutorDriver.start(
            patient,
            new ExecutorEnvironment(
                known.framework(),
                known.executor(),
                known.agentEndpoint(),
                true,
                Duration.ofMinutes(10),
                known.recoveryTimeout(),
                known.backoffMax(),
                known.safety()))) {
      agent.call();
      assertThat(patient.next()).isEqualTo("subscribed at A0");
      agent.holdAnswers();
      other.sendStatusUpdate(id("t1"), TaskState.TASK_KILLED, "");
      TaskStatus last = agent.call().getUpdate().getStatus();
      agent.say(Event.newBuilder().setType(Event.Type.SHUTDOWN));
      assertThat(patient.next()).isEqualTo("shutdown");
      acknowledge(last);
      agent.say(
          Event.newBuilder()
              .setType(Event.Type.MESSAGE)
              .setMessage(
                  Event.Message.newBuilder().setData(ByteString.copyFromUtf8("it is handled"))));
      assertThat(patient.next()).isEqualTo("message it is handled");

      agent.giveHeldAnswers();

      assertThat(other.awaitTermination(Duration.ofSeconds(60))).isTrue();
    }
  }

  @Test
  void anErrorEndsTheDriver() throws Exception {
    agent.say(
        Event.newBuilder()
            .setType(Event.Type.ERROR)
            .setError(Event.Error.newBuilder().setMessage("no")));

    assertThat(executor.next()).isEqualTo("error no");
    assertThat(driver.awaitTermination(Duration.ofSeconds(15))).isTrue();
  }

  @Test
  void withoutCheckpointALostAgentIsTheEnd() throws Exception {
    ExecutorEnvironment known = agent.environment();
    Noting mortal = new Noting();
    try (ExecutorDriver other =
        ExecutorDriver.start(
            mortal,
            new ExecutorEnvironment(
                known.framework(),
                known.executor(),
                known.agentEndpoint(),
                false,
                known.shutdownGrace(),
                Duration.ZERO,
                Duration.ZERO,
                known.safety()))) {
      agent.call();
      assertThat(mortal.next()).isEqualTo("subscribed at A0");

      agent.hangUp();

      assertThat(mortal.next()).isEqualTo("disconnected");
      assertThat(mortal.next()).isEqualTo("shutdown");
      assertThat(other.awaitTermination(Duration.ofSeconds(15))).isTrue();
    }
  }

  @Test
  void anEnvironmentThatIsNotThatOfAnExecutorIsRefusedByName() {
    Map<String, String> variables = new HashMap<>();
    variables.put("MESOS_FRAMEWORK_ID", "f1");

    assertThatThrownBy(() -> ExecutorEnvironment.of(variables))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MESOS_EXECUTOR_ID");
    variables.put("MESOS_EXECUTOR_ID", "e1");
    variables.put("MESOS_AGENT_ENDPOINT", "127.0.0.1:5051");
    variables.put("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "soon");
    assertThatThrownBy(() -> ExecutorEnvironment.of(variables))
        .hasMessageContaining("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD");
    variables.put("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "5secs");
    assertThat(ExecutorEnvironment.of(variables).checkpoint()).isFalse();
  }
}
