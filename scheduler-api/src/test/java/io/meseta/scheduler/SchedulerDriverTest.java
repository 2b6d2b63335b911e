package io.meseta.scheduler;

import static io.meseta.scheduler.Messages.AGENT;
import static io.meseta.scheduler.Messages.offer;
import static io.meseta.scheduler.Messages.status;
import static io.meseta.scheduler.Messages.update;
import static io.meseta.scheduler.ScriptedMaster.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole driver against a master over real sockets. */
@Timeout(180)
class SchedulerDriverTest {

  private static final String SUBSCRIBED = "subscribed fw-0001 m";
  private static final String RESUBSCRIBED = "resubscribed fw-0001 m";

  private final RecordingScheduler scheduler = new RecordingScheduler();
  private final ScriptedMaster master;
  private SchedulerDriver driver;

  SchedulerDriverTest() throws IOException {
    master = new ScriptedMaster();
    driver = builder().build();
  }

  @AfterEach
  void close() {
    driver.close();
    master.close();
  }

  private SchedulerDriverBuilder builder() {
    return SchedulerDriver.builder(Frameworks.named("test").build(), scheduler)
        .master(master.url())
        .backoff(Duration.ofMillis(1), Duration.ofMillis(50));
  }

  private EventStream start(SchedulerDriverBuilder builder) throws InterruptedException {
    driver.close();
    driver = builder.build().start();
    assertThat(scheduler.next()).isEqualTo(SUBSCRIBED);
    return master.nextStream();
  }

  // ---------------------------------------------------------------- subscribing

  @ParameterizedTest
  @EnumSource(ContentType.class)
  void subscribesAndCallsInEitherContentType(ContentType type) throws Exception {
    start(builder().contentType(type));
    String expected = type == ContentType.JSON ? "application/json" : "application/x-protobuf";

    ScriptedMaster.Received subscribe = master.next(Call.Type.SUBSCRIBE);
    await(driver.kill(Tasks.id("t1")));
    ScriptedMaster.Received kill = master.next(Call.Type.KILL);

    assertThat(subscribe.headers().first("Content-Type")).contains(expected);
    assertThat(subscribe.headers().first("Accept")).contains(expected);
    assertThat(subscribe.headers().first("Mesos-Stream-Id")).isEmpty();
    assertThat(kill.headers().first("Content-Type")).contains(expected);
    assertThat(kill.headers().first("Mesos-Stream-Id")).contains("stream-1");
    assertThat(kill.call().getFrameworkId().getValue()).isEqualTo("fw-0001");
  }

  @Test
  void followsARedirectToTheLeader() throws Exception {
    try (ScriptedMaster leader = new ScriptedMaster()) {
      master.refuseSubscribe(
          HttpResponse.redirect307("//" + leader.address() + "/master/api/v1/scheduler"));
      driver.start();
      assertThat(scheduler.next()).isEqualTo(SUBSCRIBED);

      await(driver.kill(Tasks.id("t1")));

      leader.next(Call.Type.KILL);
      assertThat(master.all()).hasSize(1);
      driver.close();
    }
  }

  @Test
  void waitsForAMasterThatIsNotReady() throws Exception {
    master.refuseSubscribe(HttpResponse.text(503, "recovering"));
    master.refuseSubscribe(HttpResponse.empty(404));

    start(builder());

    assertThat(master.count(Call.Type.SUBSCRIBE)).isEqualTo(3);
  }

  @Test
  void triesTheNextMasterWhenOneIsDead() throws Exception {
    String dead;
    try (ScriptedMaster other = new ScriptedMaster()) {
      dead = other.url();
    }

    start(builder().master(dead + "," + master.url()));
  }

  @Test
  void refusedCredentialsEndTheDriverAndAreNotPrinted() throws Exception {
    master.refuseSubscribe(HttpResponse.text(401, "who are you"));
    driver.close();
    driver = builder().credentials("me", "s3cret").build().start();

    assertThat(scheduler.next()).startsWith("error ").endsWith("HTTP 401: who are you");
    ScriptedMaster.Received subscribe = master.next(Call.Type.SUBSCRIBE);
    assertThat(subscribe.headers().first("Authorization")).contains("Basic bWU6czNjcmV0");
    assertThat(subscribe.call().getSubscribe().getFrameworkInfo().getPrincipal()).isEqualTo("me");
    assertThatThrownBy(driver::awaitTermination)
        .isInstanceOf(SchedulerException.class)
        .hasMessageContaining("401")
        .hasMessageNotContaining("s3cret");
  }

  // ---------------------------------------------------------------- events

  @Test
  void launchesOnAnOfferAndAcknowledgesTheUpdate() throws Exception {
    EventStream stream = start(builder());
    scheduler.onOffers((d, offers) ->
        d.launch(
            offers.get(0),
            Tasks.docker("busybox").id("t1").cpus(0.5).memoryMiB(64).build(offers.get(0))));

    send(stream, Messages.offers(offer("O1", Resources.cpus(2), Resources.memoryMiB(512))));
    Call accept = master.next(Call.Type.ACCEPT).call();
    assertThat(accept.getAccept().getOfferIds(0).getValue()).isEqualTo("O1");
    assertThat(accept.getAccept().getOperations(0).getLaunch().getTaskInfos(0).getTaskId())
        .isEqualTo(Tasks.id("t1"));

    send(stream, update(status("t1", TaskState.TASK_RUNNING)));
    Call acknowledge = master.next(Call.Type.ACKNOWLEDGE).call();
    assertThat(acknowledge.getAcknowledge().getTaskId()).isEqualTo(Tasks.id("t1"));
    assertThat(acknowledge.getAcknowledge().getAgentId()).isEqualTo(AGENT);
    assertThat(acknowledge.getAcknowledge().getUuid())
        .isEqualTo(ByteString.copyFromUtf8("0123456789abcdef"));
    assertThat(scheduler.next()).isEqualTo("offers 1");
    assertThat(scheduler.next()).isEqualTo("update t1 TASK_RUNNING");
  }

  @Test
  void everyKindOfEventHasItsCallback() throws Exception {
    EventStream stream = start(builder());
    ExecutorID executor = ExecutorID.newBuilder().setValue("e1").build();
    Event.Builder rescind = Event.newBuilder().setType(Event.Type.RESCIND);
    rescind.getRescindBuilder().getOfferIdBuilder().setValue("O1");
    send(stream, rescind.build());
    Event.Builder message = Event.newBuilder().setType(Event.Type.MESSAGE);
    message
        .getMessageBuilder()
        .setAgentId(AGENT)
        .setExecutorId(executor)
        .setData(ByteString.copyFromUtf8("abc"));
    send(stream, message.build());
    Event.Builder failure = Event.newBuilder().setType(Event.Type.FAILURE);
    failure.getFailureBuilder().setAgentId(AGENT);
    send(stream, failure.build());
    failure.getFailureBuilder().setExecutorId(executor).setStatus(256);
    send(stream, failure.build());
    Event.Builder inverse = Event.newBuilder().setType(Event.Type.RESCIND_INVERSE_OFFER);
    inverse.getRescindInverseOfferBuilder().getInverseOfferIdBuilder().setValue("I1");
    send(stream, inverse.build());
    Event.Builder operation = Event.newBuilder().setType(Event.Type.UPDATE_OPERATION_STATUS);
    operation
        .getUpdateOperationStatusBuilder()
        .getStatusBuilder()
        .setState(io.meseta.api.v1.OperationState.OPERATION_FINISHED);
    send(stream, operation.build());

    assertThat(scheduler.next()).isEqualTo("rescinded O1");
    assertThat(scheduler.next()).isEqualTo("message e1 S0 3");
    assertThat(scheduler.next()).isEqualTo("agentLost S0");
    assertThat(scheduler.next()).isEqualTo("executorExited e1 S0 256");
    assertThat(scheduler.next()).isEqualTo("inverseOfferRescinded I1");
    assertThat(scheduler.next()).isEqualTo("operation OPERATION_FINISHED");
  }

  @Test
  void anAuthorWhoAcknowledgesIsNotAnticipated() throws Exception {
    EventStream stream = start(builder().acknowledgement(Acknowledgement.MANUAL));
    send(stream, update(status("t1", TaskState.TASK_RUNNING)));
    send(stream, update(status("t2", TaskState.TASK_RUNNING)));
    assertThat(scheduler.next()).isEqualTo("update t1 TASK_RUNNING");
    assertThat(scheduler.next()).isEqualTo("update t2 TASK_RUNNING");

    await(driver.acknowledge(status("t2", TaskState.TASK_RUNNING)));
    driver.close();

    assertThat(master.count(Call.Type.ACKNOWLEDGE)).isEqualTo(1);
    assertThat(master.next(Call.Type.ACKNOWLEDGE).call().getAcknowledge().getTaskId())
        .isEqualTo(Tasks.id("t2"));
  }

  @Test
  void anUpdateWhoseCallbackFailsIsNotAcknowledgedAndTheNextOneIs() throws Exception {
    EventStream stream = start(builder());
    scheduler.onUpdate((d, status) -> {
      if (status.getTaskId().getValue().equals("bad")) {
        throw new IllegalStateException("thrown on purpose by a test");
      }
    });
    send(stream, update(status("bad", TaskState.TASK_RUNNING)));
    send(stream, update(status("good", TaskState.TASK_RUNNING)));

    assertThat(master.next(Call.Type.ACKNOWLEDGE).call().getAcknowledge().getTaskId())
        .isEqualTo(Tasks.id("good"));
    driver.close();
    assertThat(master.count(Call.Type.ACKNOWLEDGE)).isEqualTo(1);
  }

  @Test
  void aCallbackMayWaitForACall() throws Exception {
    EventStream stream = start(builder());
    CompletableFuture<Void> waited = new CompletableFuture<>();
    scheduler.onUpdate((d, status) -> {
      await(d.kill(status.getTaskId()));
      waited.complete(null);
    });

    send(stream, update(status("t1", TaskState.TASK_RUNNING)));

    await(waited);
    master.next(Call.Type.KILL);
  }

  @Test
  void theAuthorsOwnWorkRunsOnTheCallbackThread() throws Exception {
    EventStream stream = start(builder());
    CompletableFuture<Thread> callback = new CompletableFuture<>();
    scheduler.onUpdate((d, status) -> callback.complete(Thread.currentThread()));
    send(stream, update(status("t1", TaskState.TASK_RUNNING)));

    CompletableFuture<Thread> own =
        CompletableFuture.supplyAsync(Thread::currentThread, driver.callbackExecutor());

    assertThat(own.get(60, TimeUnit.SECONDS)).isSameAs(callback.get(60, TimeUnit.SECONDS));
  }

  // ---------------------------------------------------------------- losing the master

  @Test
  void aSilentMasterIsSubscribedToAgain() throws Exception {
    master.heartbeatSeconds(0.05);
    start(builder().heartbeatMisses(2));

    assertThat(scheduler.next()).startsWith("disconnected").contains("was silent for 100 ms");
    assertThat(scheduler.next()).isEqualTo(RESUBSCRIBED);
    master.next(Call.Type.SUBSCRIBE);
    Call again = master.next(Call.Type.SUBSCRIBE).call();
    assertThat(again.getSubscribe().getFrameworkInfo().getId().getValue()).isEqualTo("fw-0001");
  }

  @Test
  void aDroppedConnectionIsMadeAnewAndTasksAreReconciled() throws Exception {
    EventStream stream = start(builder());
    assertThat(master.next(Call.Type.RECONCILE).call().getReconcile().getTasksList()).isEmpty();
    send(stream, update(status("t1", TaskState.TASK_RUNNING)));
    assertThat(scheduler.next()).isEqualTo("update t1 TASK_RUNNING");
    master.next(Call.Type.ACKNOWLEDGE);

    stream.abort();

    assertThat(scheduler.next()).startsWith("disconnected");
    assertThat(scheduler.next()).isEqualTo(RESUBSCRIBED);
    Call reconcile = master.next(Call.Type.RECONCILE).call();
    assertThat(reconcile.getReconcile().getTasks(0).getTaskId()).isEqualTo(Tasks.id("t1"));
  }

  @Test
  void anEndedStreamIsMadeAnew() throws Exception {
    start(builder()).close();

    assertThat(scheduler.next()).startsWith("disconnected");
    assertThat(scheduler.next()).isEqualTo(RESUBSCRIBED);
  }

  @Test
  void anEventThatCannotBeReadEndsTheStream() throws Exception {
    start(builder()).send("no protobuf".getBytes(StandardCharsets.UTF_8));

    assertThat(scheduler.next()).startsWith("disconnected").contains("cannot be read");
    assertThat(scheduler.next()).isEqualTo(RESUBSCRIBED);
  }

  @Test
  void callsFailWhileDisconnected() throws Exception {
    EventStream stream = start(builder().backoff(Duration.ofHours(1), Duration.ofHours(1)));
    stream.abort();
    assertThat(scheduler.next()).startsWith("disconnected");

    assertThatThrownBy(() -> await(driver.kill(Tasks.id("t1"))))
        .hasCauseInstanceOf(NotConnectedException.class);
    assertThat(master.count(Call.Type.KILL)).isZero();
  }

  // ---------------------------------------------------------------- calls

  @Test
  void aRefusedCallTellsTheReason() throws Exception {
    start(builder());
    master.answerCall(HttpResponse.text(400, "Failed to validate: no such offer"));

    assertThatThrownBy(() -> await(driver.kill(Tasks.id("t1"))))
        .hasMessageContaining("no such offer")
        .cause()
        .isInstanceOfSatisfying(
            CallRefusedException.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void callsOfOneThreadArriveInTheirOrder() throws Exception {
    start(builder());
    for (int i = 0; i < 200; i++) {
      driver.kill(Tasks.id("t" + i));
    }
    for (int i = 0; i < 200; i++) {
      assertThat(master.next(Call.Type.KILL).call().getKill().getTaskId())
          .isEqualTo(Tasks.id("t" + i));
    }
  }

  @Test
  void badCallsAreRefusedHere() {
    assertThatThrownBy(() -> driver.call(Call.getDefaultInstance()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> driver.call(Call.newBuilder().setType(Call.Type.SUBSCRIBE).build()))
        .isInstanceOf(IllegalArgumentException.class);
    Call.Builder kill = Call.newBuilder().setType(Call.Type.KILL);
    kill.getKillBuilder();
    assertThatThrownBy(() -> driver.call(kill.buildPartial()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kill.task_id");
  }

  @Test
  void callsBeforeTheStartFail() {
    assertThatThrownBy(() -> await(driver.revive()))
        .hasCauseInstanceOf(NotConnectedException.class);
  }

  // ---------------------------------------------------------------- the end

  @Test
  void anErrorEndsTheDriver() throws Exception {
    EventStream stream = start(builder());
    send(stream, Messages.error("Framework failed over"));

    assertThat(scheduler.next()).isEqualTo("error Framework failed over");
    assertThatThrownBy(() -> driver.awaitTermination(Duration.ofSeconds(60)))
        .isInstanceOf(SchedulerException.class)
        .hasMessageContaining("Framework failed over");
    assertThatThrownBy(() -> await(driver.revive()))
        .hasCauseInstanceOf(NotConnectedException.class);
  }

  @Test
  void teardownEndsTheDriver() throws Exception {
    start(builder());

    await(driver.teardown());

    assertThat(driver.awaitTermination(Duration.ofSeconds(60))).isTrue();
    master.next(Call.Type.TEARDOWN);
  }

  @Test
  void stopSendsWhatWasAskedForBefore() throws Exception {
    start(builder());
    CompletionStage<Void> kill = driver.kill(Tasks.id("t1"));
    driver.stop();

    await(kill);
    assertThat(driver.awaitTermination(Duration.ofSeconds(60))).isTrue();
    assertThat(master.count(Call.Type.KILL)).isEqualTo(1);
    assertThat(master.count(Call.Type.TEARDOWN)).isZero();
  }

  @Test
  void theCallbackThreadCannotWaitForItsOwnEnd() throws Exception {
    EventStream stream = start(builder());
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    scheduler.onUpdate((d, status) -> {
      try {
        d.awaitTermination();
      } catch (Exception e) {
        thrown.complete(e);
      }
    });
    send(stream, update(status("t1", TaskState.TASK_RUNNING)));

    assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closingWithinACallbackDoesNotBlock() throws Exception {
    EventStream stream = start(builder());
    scheduler.onUpdate((d, status) -> d.close());
    send(stream, update(status("t1", TaskState.TASK_RUNNING)));

    assertThat(driver.awaitTermination(Duration.ofSeconds(60))).isTrue();
  }

  @Test
  void aDriverStartsOnce() throws Exception {
    start(builder());

    assertThatThrownBy(driver::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void heartbeatsKeepAStream() throws Exception {
    EventStream stream = start(builder());
    stream.send(
        Codec.encode(Event.newBuilder().setType(Event.Type.HEARTBEAT).build(), MediaType.PROTOBUF));
    send(stream, update(status("t1", TaskState.TASK_RUNNING)));

    assertThat(scheduler.next()).isEqualTo("update t1 TASK_RUNNING");
  }

  private static void await(CompletionStage<Void> stage) {
    stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
