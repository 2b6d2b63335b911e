package io.meseta.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.core.AgentEffect.SendToMaster;
import io.meseta.agent.core.AgentEvent.JournalRecovered;
import io.meseta.agent.core.AgentEvent.LeaderChanged;
import io.meseta.agent.core.AgentEvent.LinkOpened;
import io.meseta.agent.core.AgentTimer.MasterSilent;
import io.meseta.agent.core.AgentTimer.Reconnect;
import io.meseta.agent.journal.JournalSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The way to the master: leader, link, registration, silence, back-off. */
class RegistrationTest {

  private final AgentCoreTestContext agent = AgentCoreTestContext.fresh();

  @Test
  void aLeaderIsConnectedToAtOnce() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER));

    agent.then("open 1 m1", "timer silent 1 PT15S");
  }

  @Test
  void aNewAgentIntroducesItselfWithoutAnId() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    agent.then("timer silent 1 PT15S", "send 1 register new []");
  }

  @Test
  void anAgentThatKnowsItsAddressTellsIt() {
    AgentCore core =
        new AgentCore(
            AgentSettings.defaults(Messages.AGENT, "1.0").withIp(Optional.of("192.0.2.7")));
    Instant now = agent.now();
    core.handle(new JournalRecovered(now, "run1", "boot1", JournalSnapshot.EMPTY));
    core.handle(new LeaderChanged(now, Optional.of(AgentCoreTestContext.LEADER)));

    List<AgentEffect> effects = core.handle(new LinkOpened(now, 1));

    assertThat(effects)
        .filteredOn(SendToMaster.class::isInstance)
        .extracting(effect -> ((SendToMaster) effect).message().getRegister().getIp())
        .containsExactly("192.0.2.7");
  }

  @Test
  void anAgentThatWasRegisteredGoesToANewLeaderSpreadOverTheBackOffFactor() {
    AgentCore core =
        new AgentCore(
            AgentSettings.defaults(Messages.AGENT, "1.0")
                .withRegistrationBackOff(Duration.ofSeconds(3)));
    Instant now = agent.now();
    core.handle(new JournalRecovered(now, "run1", "boot1", JournalSnapshot.EMPTY));
    assertThat(core.handle(new LeaderChanged(now, Optional.of(AgentCoreTestContext.LEADER))))
        .as("the first time at once")
        .anyMatch(AgentEffect.OpenLink.class::isInstance);
    core.handle(new LinkOpened(now, 1));
    core.handle(new AgentEvent.MasterMessageReceived(now, 1, Messages.registered("A0")));

    List<AgentEffect> effects =
        core.handle(new LeaderChanged(now, Optional.of(new LeaderAddress("m2", "h2", 5050))));

    assertThat(effects).noneMatch(AgentEffect.OpenLink.class::isInstance);
    assertThat(effects)
        .filteredOn(AgentEffect.SetTimer.class::isInstance)
        .map(AgentEffect.SetTimer.class::cast)
        .filteredOn(set -> set.timer().equals(new Reconnect()))
        .singleElement()
        .satisfies(set -> assertThat(set.after()).isBetween(Duration.ZERO, Duration.ofSeconds(3)));
    assertThat(core.handle(new AgentEvent.TimerFired(now, new Reconnect())))
        .anyMatch(AgentEffect.OpenLink.class::isInstance);
  }

  @Test
  void theIdIsWrittenDownWhenItIsGiven() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    agent.says(Messages.registered("A0"));

    agent.then(
        "timer silent 1 PT15S", "timer observe PT1M", "timer silent 1 PT30S", "write 1 [agent A0]");
    assertThat(agent.view().link()).isEqualTo(LinkState.REGISTERED);
  }

  @Test
  void anAgentWhoseIdIsBeingWrittenDoesNotIntroduceItselfAgainBeforeItIsDurable() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    agent.says(Messages.registered("A0")).closed(1).fire(new Reconnect());

    agent.opened(2).then("timer silent 2 PT15S");
    agent.written().then("send 2 register A0 []");
  }

  @Test
  void anIntroductionThatWaitedForTheDiskIsNotSentOnALinkThatHasEndedMeanwhile() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    agent.says(Messages.registered("A0")).closed(1).fire(new Reconnect());
    agent.opened(2).closed(2);

    agent.written().thenNothing();
  }

  @Test
  void anAgentThatComesBackIntroducesItselfWithItsId() {
    AgentCoreTestContext again = AgentCoreTestContext.registered().restarted();
    again.then("keep volumes []", "observe A0");

    again.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    again.then("timer silent 1 PT15S", "send 1 register A0 []");
  }

  @Test
  void anotherLeaderReplacesTheLink() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered();

    registered.leader(Optional.of(new LeaderAddress("m2", "127.0.0.2", 5050)));

    registered.then("cancel silent 1", "close 1", "open 2 m2", "timer silent 2 PT15S");
  }

  @Test
  void theSameLeaderToldAgainChangesNothing() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered();

    registered.leader(Optional.of(AgentCoreTestContext.LEADER)).thenNothing();
  }

  @Test
  void theSameLeaderToldAgainEndsAWait() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered().closed(1);

    registered.leader(Optional.of(AgentCoreTestContext.LEADER));

    registered.then("cancel reconnect", "open 2 m1", "timer silent 2 PT15S");
  }

  @Test
  void withoutALeaderTheLinkIsClosed() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered();

    registered.leader(Optional.empty());

    registered.then("cancel silent 1", "close 1");
    assertThat(registered.view().link()).isEqualTo(LinkState.NO_LEADER);
  }

  @Test
  void aLostLinkIsOpenedAgainAfterAWaitThatGrows() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER));
    Duration longest = Duration.ZERO;
    for (long link = 1; link <= 20; link++) {
      agent.closed(link);
      Duration wait = agent.timer(new Reconnect());
      assertThat(wait).isBetween(Duration.ofMillis(100), Duration.ofSeconds(15));
      longest = wait.compareTo(longest) > 0 ? wait : longest;
      agent.fire(new Reconnect());
      agent.then("open " + (link + 1) + " m1", "timer silent " + (link + 1) + " PT15S");
    }
    assertThat(longest).isGreaterThan(Duration.ofSeconds(8));
  }

  @Test
  void aRegistrationEndsTheGrowthOfTheWait() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER));
    for (long link = 1; link < 10; link++) {
      agent.closed(link).fire(new Reconnect());
    }
    agent.opened(10).says(10, Messages.registered("A0")).closed(10);

    assertThat(agent.timer(new Reconnect())).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aRefusalForNowIsTriedAgain() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    agent.says(Messages.rejectedForNow());

    agent.then(
        "timer silent 1 PT15S",
        "cancel silent 1",
        "close 1",
        "timer reconnect " + agent.timer(new Reconnect()));
    agent.fire(new Reconnect()).then("open 2 m1", "timer silent 2 PT15S");
  }

  @Test
  void anythingHeardKeepsTheLinkAlive() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered();

    registered.says(Messages.ping()).then("timer silent 1 PT30S", "send 1 pong");
  }

  @Test
  void aSilentMasterIsLeft() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered();

    registered.fire(new MasterSilent(1));

    registered.then(
        "cancel silent 1", "close 1", "timer reconnect " + registered.timer(new Reconnect()));
    assertThat(registered.view().link()).isEqualTo(LinkState.WAITING);
  }

  @Test
  void aMasterThatDoesNotAnswerTheRegistrationIsLeft() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    agent.fire(new MasterSilent(1));

    assertThat(agent.view().link()).isEqualTo(LinkState.WAITING);
  }

  @Test
  void aSilenceLimitThatMakesNoSenseIsBounded() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);
    agent.says(Messages.registered("A0", Double.NaN));
    assertThat(agent.timers()).containsEntry(new MasterSilent(1), Duration.ofMillis(100));

    agent.closed(1).fire(new Reconnect()).settle().opened(2);
    agent.says(2, Messages.registered("A0", Double.POSITIVE_INFINITY));
    assertThat(agent.timers()).containsEntry(new MasterSilent(2), Duration.ofHours(1));
  }

  @Test
  void whatComesFromAnOldLinkIsIgnored() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered().closed(1);
    registered.fire(new Reconnect());

    registered.says(1, Messages.ping()).thenNothing();
    registered.closed(1).thenNothing();
    registered.opened(1).thenNothing();
    registered.handle(new AgentEvent.TimerFired(registered.now(), new MasterSilent(1)));
    registered.thenNothing();
    assertThat(registered.counted(AgentCounter.STALE_LINK_EVENTS)).isEqualTo(4);
  }

  @Test
  void ordersBeforeTheRegistrationAreRefused() {
    agent.leader(Optional.of(AgentCoreTestContext.LEADER)).opened(1);

    agent.says(Messages.runTask(AgentCoreTestContext.FRAMEWORK, Messages.task("t1")));

    agent.then("timer silent 1 PT15S");
    assertThat(agent.counted(AgentCounter.REFUSED_MESSAGES)).isOne();
  }

  @Test
  void aMasterThatTakesTheAgentForAnotherOneIsLeft() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered();
    registered.closed(1).fire(new Reconnect()).opened(2);

    registered.says(2, Messages.registered("A7"));

    assertThat(registered.view().link()).isEqualTo(LinkState.WAITING);
    assertThat(registered.view().agent().getId().getValue()).isEqualTo("A0");
    assertThat(registered.counted(AgentCounter.REFUSED_MESSAGES)).isOne();
  }

  @Test
  void aMessageOfAnUnknownKindIsRefused() {
    AgentCoreTestContext registered = AgentCoreTestContext.registered();

    registered.says(io.meseta.api.link.v1.MasterMessage.getDefaultInstance());

    registered.then("timer silent 1 PT30S");
    assertThat(registered.counted(AgentCounter.REFUSED_MESSAGES)).isOne();
  }
}
