package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.StartedContainer;
import io.meseta.agent.core.AgentEvent.CheckAnswered;
import io.meseta.agent.core.AgentEvent.ContainerStarted;
import io.meseta.agent.core.AgentTimer.CheckDue;
import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckKind;
import io.meseta.agent.health.CheckTarget;
import io.meseta.api.v1.CheckInfo;
import io.meseta.api.v1.CheckStatusInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.HealthCheck;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.TaskStatus.Reason;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Health checks and checks: when they are asked, and what their answers lead to. */
class ChecksTest {

  private static final CheckAnswer GOOD = new CheckAnswer.HttpStatus(200);
  private static final CheckAnswer BAD = new CheckAnswer.HttpStatus(500);

  private final AgentCoreTestContext agent = AgentCoreTestContext.registered();

  private static HealthCheck.Builder page() {
    return HealthCheck.newBuilder()
        .setType(HealthCheck.Type.HTTP)
        .setHttp(HealthCheck.HTTPCheckInfo.newBuilder().setPort(8080).setPath("/health"));
  }

  private static TaskInfo withHealthCheck(HealthCheck.Builder check) {
    return Messages.task("t1").toBuilder().setHealthCheck(check).build();
  }

  private static TaskInfo withCheck(CheckInfo.Builder check) {
    return Messages.task("t1").toBuilder().setCheck(check).build();
  }

  private CheckDue due(CheckKind kind) {
    return new CheckDue(agent.container("t1"), kind);
  }

  /** The question that was just ordered is answered. */
  private void answer(CheckAnswer answer) {
    var asked = agent.only(AgentEffect.RunCheck.class).request();
    agent.handle(
        new CheckAnswered(agent.now(), asked.container(), asked.kind(), asked.attempt(), answer));
  }

  private void askedAndAnswered(CheckKind kind, CheckAnswer answer) {
    agent.fire(due(kind));
    answer(answer);
    agent.settle();
  }

  /** Every update so far is acknowledged. */
  private void acknowledgeAll() {
    while (agent.view().tasks().stream().anyMatch(task -> task.unacknowledged() > 0)) {
      agent.acknowledged("t1");
    }
  }

  private void runsAsAProcess(TaskInfo task) {
    runsWithoutAddress(task.toBuilder().clearContainer().build());
  }

  private void runsWithoutAddress(TaskInfo task) {
    agent.launched(task).acknowledged("t1");
    StartedContainer facts = new StartedContainer(OptionalInt.of(7), List.of());
    agent.handle(new ContainerStarted(agent.now(), agent.container("t1"), facts)).settle();
  }

  @Test
  void theDefaultsAreThoseOfMesos() {
    agent.running(FRAMEWORK, withHealthCheck(page()));

    assertThat(agent.timer(due(CheckKind.HEALTH))).isEqualTo(Duration.ofSeconds(15));
    agent.fire(due(CheckKind.HEALTH));
    assertThat(agent.only(AgentEffect.RunCheck.class).request().timeout())
        .isEqualTo(Duration.ofSeconds(20));
    answer(GOOD);

    assertThat(agent.timer(due(CheckKind.HEALTH))).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void healthIsNotToldBeforeTheFirstAnswer() {
    agent.running(FRAMEWORK, withHealthCheck(page()));

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_RUNNING);
    assertThat(agent.lastSent("t1").hasHealthy()).isFalse();
  }

  @Test
  void eachChangeIsToldAndNothingElse() {
    agent.running(FRAMEWORK, withHealthCheck(page()));

    askedAndAnswered(CheckKind.HEALTH, GOOD);
    acknowledgeAll();
    askedAndAnswered(CheckKind.HEALTH, GOOD);
    askedAndAnswered(CheckKind.HEALTH, BAD);
    acknowledgeAll();
    askedAndAnswered(CheckKind.HEALTH, BAD);
    askedAndAnswered(CheckKind.HEALTH, GOOD);
    acknowledgeAll();

    List<TaskStatus> told =
        agent.sent("t1").stream()
            .filter(s -> s.getReason() == Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED)
            .filter(TaskStatus::hasHealthy)
            .toList();
    assertThat(told).extracting(TaskStatus::getHealthy).containsExactly(true, false, true);
    assertThat(told).allMatch(s -> s.getState() == TaskState.TASK_RUNNING);
    assertThat(told.get(1).getMessage())
        .isEqualTo("Health check fails: the answer was HTTP status 500");
  }

  @Test
  void afterSoManyFailuresInARowTheTaskIsKilledByItsOwnPolicy() {
    TaskInfo task =
        withHealthCheck(page().setGracePeriodSeconds(0)).toBuilder()
            .setKillPolicy(Messages.policy(Duration.ofSeconds(33)))
            .build();
    agent.running(FRAMEWORK, task);
    askedAndAnswered(CheckKind.HEALTH, BAD);
    askedAndAnswered(CheckKind.HEALTH, BAD);

    agent.fire(due(CheckKind.HEALTH));
    answer(BAD);

    assertThat(agent.only(AgentEffect.KillContainer.class).grace())
        .isEqualTo(Duration.ofSeconds(33));
    assertThat(agent.timers()).doesNotContainKey(due(CheckKind.HEALTH));
    agent.settle().exited("t1", 143).settle();
    acknowledgeAll();
    TaskStatus end = agent.lastSent("t1");
    assertThat(end.getState()).isEqualTo(TaskState.TASK_KILLED);
    assertThat(end.getHealthy()).isFalse();
    assertThat(end.getMessage())
        .isEqualTo(
            "Health check failed 3 times in a row, at last: the answer was HTTP status 500."
                + " Container was killed, exit status 143");
  }

  @Test
  void aGoodAnswerForgivesEarlierFailures() {
    agent.running(FRAMEWORK, withHealthCheck(page().setGracePeriodSeconds(0)));

    for (int i = 0; i < 5; i++) {
      askedAndAnswered(CheckKind.HEALTH, BAD);
      askedAndAnswered(CheckKind.HEALTH, BAD);
      askedAndAnswered(CheckKind.HEALTH, GOOD);
    }

    assertThat(agent.view().tasks().getFirst().state()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void withinTheGracePeriodFailuresDoNotCount() {
    agent.running(
        FRAMEWORK,
        withHealthCheck(page().setDelaySeconds(0).setIntervalSeconds(5).setGracePeriodSeconds(60)));

    for (int i = 0; i < 10; i++) {
      askedAndAnswered(CheckKind.HEALTH, BAD);
    }

    assertThat(agent.lastSent("t1").hasHealthy()).isFalse();
    assertThat(agent.counted(AgentCounter.FAILED_HEALTH_CHECKS)).isZero();
  }

  @Test
  void theGracePeriodEndsWithTheFirstGoodAnswer() {
    agent.running(
        FRAMEWORK,
        withHealthCheck(
            page().setDelaySeconds(0).setIntervalSeconds(1).setGracePeriodSeconds(3600)));
    askedAndAnswered(CheckKind.HEALTH, GOOD);

    askedAndAnswered(CheckKind.HEALTH, BAD);

    assertThat(agent.counted(AgentCounter.FAILED_HEALTH_CHECKS)).isOne();
  }

  @Test
  void onTheHostsNetworkTheLoopbackAddressIsAsked() {
    runsAsAProcess(withHealthCheck(page()));

    agent.fire(due(CheckKind.HEALTH));

    assertThat(agent.only(AgentEffect.RunCheck.class).request().target())
        .isEqualTo(new CheckTarget.Http("http", "127.0.0.1", 8080, "/health"));
  }

  @Test
  void inANetworkOfItsOwnTheContainersAddressIsAsked() {
    agent.running(FRAMEWORK, withHealthCheck(page()));

    agent.fire(due(CheckKind.HEALTH));

    assertThat(agent.only(AgentEffect.RunCheck.class).request().target())
        .isEqualTo(new CheckTarget.Http("http", "172.17.0.2", 8080, "/health"));
  }

  @Test
  void aContainerWithoutAnAddressFailsChecksOfPorts() {
    TaskInfo lonely =
        withHealthCheck(page().setGracePeriodSeconds(0)).toBuilder()
            .setContainer(
                ContainerInfo.newBuilder()
                    .setType(ContainerInfo.Type.DOCKER)
                    .setDocker(
                        ContainerInfo.DockerInfo.newBuilder()
                            .setImage("i")
                            .setNetwork(ContainerInfo.DockerInfo.Network.NONE)))
            .build();
    runsWithoutAddress(lonely);

    agent.fire(due(CheckKind.HEALTH)).settle();
    acknowledgeAll();

    assertThat(agent.lastSent("t1").getHealthy()).isFalse();
    assertThat(agent.lastSent("t1").getMessage()).contains("use a check with a command");
  }

  @Test
  void otherStatusCodesCanBeTheGoodOnes() {
    HealthCheck.Builder teapot = page().setGracePeriodSeconds(0);
    teapot.getHttpBuilder().addStatuses(418);
    agent.running(FRAMEWORK, withHealthCheck(teapot));

    askedAndAnswered(CheckKind.HEALTH, new CheckAnswer.HttpStatus(418));
    assertThat(agent.lastSent("t1").getHealthy()).isTrue();
    acknowledgeAll();
    askedAndAnswered(CheckKind.HEALTH, GOOD);

    assertThat(agent.lastSent("t1").getHealthy()).isFalse();
  }

  @Test
  void anIpv6CheckAsksTheIpv6Loopback() {
    HealthCheck.Builder tcp =
        HealthCheck.newBuilder()
            .setType(HealthCheck.Type.TCP)
            .setTcp(
                HealthCheck.TCPCheckInfo.newBuilder()
                    .setPort(9)
                    .setProtocol(NetworkInfo.Protocol.IPv6));
    runsAsAProcess(withHealthCheck(tcp));

    agent.fire(due(CheckKind.HEALTH));

    assertThat(agent.only(AgentEffect.RunCheck.class).request().target())
        .isEqualTo(new CheckTarget.Tcp("::1", 9));
  }

  @Test
  void aRestartedAgentGoesOnAndKnowsTheHealth() {
    agent.running(FRAMEWORK, withHealthCheck(page().setGracePeriodSeconds(3600)));
    askedAndAnswered(CheckKind.HEALTH, GOOD);
    acknowledgeAll();

    AgentCoreTestContext again = agent.restarted();
    again.observed(AgentCoreTestContext.running(again.container("t1"))).settle();

    CheckDue next = new CheckDue(again.container("t1"), CheckKind.HEALTH);
    assertThat(again.timer(next)).as("the delay after the start is long over").isZero();
    again.fire(next);
    var asked = again.only(AgentEffect.RunCheck.class).request();
    again.handle(
        new CheckAnswered(again.now(), asked.container(), asked.kind(), asked.attempt(), BAD));
    assertThat(again.counted(AgentCounter.FAILED_HEALTH_CHECKS))
        .as("its grace period ended when it was healthy, before the restart")
        .isOne();
  }

  @Test
  void aRestartedAgentSaysWhyItKilled() {
    agent.running(
        FRAMEWORK, withHealthCheck(page().setGracePeriodSeconds(0).setConsecutiveFailures(1)));
    askedAndAnswered(CheckKind.HEALTH, BAD);
    acknowledgeAll();

    AgentCoreTestContext again = agent.restarted();
    again.observed(AgentCoreTestContext.ended(again.container("t1"), 143));
    again.settle().exited("t1", 143).settle();

    assertThat(again.durable().tasks().getFirst().getLatest().getMessage())
        .startsWith("Health check failed 1 times in a row");
    assertThat(again.durable().tasks().getFirst().getLatest().getHealthy()).isFalse();
  }

  @Test
  void anAnswerToAnOlderQuestionIsIgnored() {
    agent.running(FRAMEWORK, withHealthCheck(page().setGracePeriodSeconds(0)));
    agent.fire(due(CheckKind.HEALTH));
    var first = agent.only(AgentEffect.RunCheck.class).request();
    answer(GOOD);
    agent.settle();
    acknowledgeAll();

    agent.handle(
        new CheckAnswered(agent.now(), first.container(), first.kind(), first.attempt(), BAD));

    agent.thenNothing();
  }

  @Test
  void aTaskThatIsBeingKilledIsNotJudged() {
    agent.running(FRAMEWORK, withHealthCheck(page().setGracePeriodSeconds(0)));
    agent.fire(due(CheckKind.HEALTH));
    var asked = agent.only(AgentEffect.RunCheck.class).request();
    agent.says(Messages.kill("t1")).settle();

    agent.handle(
        new CheckAnswered(agent.now(), asked.container(), asked.kind(), asked.attempt(), BAD));

    agent.thenNothing();
  }

  @Test
  void theEndOfTheContainerEndsItsChecks() {
    agent.running(FRAMEWORK, withHealthCheck(page()));

    agent.exited("t1", 0);

    assertThat(agent.timers()).doesNotContainKey(due(CheckKind.HEALTH));
  }

  @Test
  void aSlowFrameworkIsToldTheNewestOnly() {
    agent.running(FRAMEWORK, withHealthCheck(page().setGracePeriodSeconds(0)));
    for (int i = 0; i < 20; i++) {
      askedAndAnswered(CheckKind.HEALTH, GOOD);
      askedAndAnswered(CheckKind.HEALTH, BAD);
    }

    assertThat(agent.view().tasks().getFirst().unacknowledged()).isEqualTo(2);
    acknowledgeAll();
    assertThat(agent.lastSent("t1").getHealthy()).isFalse();
  }

  @Test
  void aCheckIsToldAsEmptyWithTheStartAndThenAsAnswered() {
    agent.launched(
        withCheck(
            CheckInfo.newBuilder()
                .setType(CheckInfo.Type.COMMAND)
                .setCommand(
                    CheckInfo.Command.newBuilder()
                        .setCommand(CommandInfo.newBuilder().setValue("test -f ready")))));
    agent.acknowledged("t1").started("t1").settle();
    CheckStatusInfo empty = agent.lastSent("t1").getCheckStatus();
    acknowledgeAll();

    askedAndAnswered(CheckKind.STATUS, new CheckAnswer.ExitCode(1));

    assertThat(empty.getType()).isEqualTo(CheckInfo.Type.COMMAND);
    assertThat(empty.hasCommand()).isTrue();
    assertThat(empty.getCommand().hasExitCode()).isFalse();
    TaskStatus told = agent.lastSent("t1");
    assertThat(told.getReason()).isEqualTo(Reason.REASON_TASK_CHECK_STATUS_UPDATED);
    assertThat(told.getCheckStatus().getCommand().getExitCode()).isEqualTo(1);
    assertThat(told.hasHealthy()).isFalse();
    assertThat(told.getState()).isEqualTo(TaskState.TASK_RUNNING);
  }

  @Test
  void aCheckNeverKills() {
    agent.running(
        FRAMEWORK,
        withCheck(
            CheckInfo.newBuilder()
                .setType(CheckInfo.Type.TCP)
                .setTcp(CheckInfo.Tcp.newBuilder().setPort(9))));

    for (int i = 0; i < 10; i++) {
      askedAndAnswered(CheckKind.STATUS, new CheckAnswer.Refused("nobody listens"));
    }

    assertThat(agent.view().tasks().getFirst().state()).isEqualTo(TaskState.TASK_RUNNING);
    acknowledgeAll();
    assertThat(agent.lastSent("t1").getCheckStatus().getTcp().getSucceeded()).isFalse();
  }

  @Test
  void aCheckOfNoKindIsRefused() {
    agent.says(
        Messages.runTask(
            FRAMEWORK,
            withHealthCheck(HealthCheck.newBuilder().setType(HealthCheck.Type.UNKNOWN))));
    agent.settle();

    assertThat(agent.lastSent("t1").getState()).isEqualTo(TaskState.TASK_ERROR);
    assertThat(agent.lastSent("t1").getMessage()).contains("health_check.type");
  }
}
