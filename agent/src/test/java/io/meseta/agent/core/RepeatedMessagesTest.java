package io.meseta.agent.core;

import static io.meseta.agent.core.AgentCoreTestContext.FRAMEWORK;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.common.ids.FrameworkId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a master may say, said twice, too late, or on a link that is over. */
class RepeatedMessagesTest {

  /**
   * @param twice what the second of two equal messages does, beside keeping the link alive
   * @param late what it does after the task and its framework have been forgotten
   */
  record Case(MasterMessage message, List<String> twice, List<String> late) {
    @Override
    public String toString() {
      return message.getPayloadCase().toString();
    }
  }

  private static final List<String> NOTHING = List.of();

  static List<Case> cases() {
    return List.of(
        new Case(Messages.registered("A0"), NOTHING, NOTHING),
        new Case(
            Messages.runTask(FRAMEWORK, Messages.task("t1")),
            NOTHING,
            // The agent cannot know that it had this one; only a master that repeats an id asks so.
            List.of("write 8 [framework f1, task t1 TASK_STARTING +1]")),
        new Case(Messages.kill("t1"), NOTHING, NOTHING),
        new Case(
            Messages.acknowledge(
                new FrameworkId("f1"), "t1", ByteString.copyFromUtf8("of long ago")),
            NOTHING,
            NOTHING),
        new Case(
            Messages.shutDown("f1"),
            List.of("write 7 [framework f1 shut down, task t1 TASK_RUNNING +0 kill]"),
            NOTHING),
        new Case(Messages.update(FRAMEWORK), NOTHING, NOTHING),
        new Case(Messages.drain(Duration.ofSeconds(1)), NOTHING, NOTHING),
        new Case(Messages.stopDraining(), NOTHING, NOTHING),
        new Case(
            Messages.apply("o1", Messages.reserve(Optional.of("r"), Messages.scalar("cpus", 1))),
            NOTHING,
            List.of("write 8 [agent A0 with cpus(reservations: [(DYNAMIC,web)]):1 +1]")),
        new Case(Messages.acknowledgeOperation("of long ago", ByteString.EMPTY), NOTHING, NOTHING),
        new Case(Messages.ping(), List.of("send 1 pong"), List.of("send 1 pong")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saidTwice(Case given) {
    AgentCoreTestContext agent = AgentCoreTestContext.registered().running("t1");
    agent.says(given.message()).settle();

    agent.says(given.message());

    agent.then(behindTheLink("timer silent 1 PT30S", given.twice()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saidTooLate(Case given) {
    AgentCoreTestContext agent = AgentCoreTestContext.registered().running("t1");
    agent.exited("t1", 0).settle();
    agent.acknowledged("t1");
    assertThat(agent.view().tasks()).isEmpty();

    agent.says(given.message());

    agent.then(behindTheLink("timer silent 1 PT30S", given.late()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saidOnALinkThatIsOver(Case given) {
    AgentCoreTestContext agent = AgentCoreTestContext.registered().running("t1");
    agent.closed(1).fire(new AgentTimer.Reconnect()).opened(2);
    agent.says(2, Messages.registered("A0")).settle();
    long stale = agent.counted(AgentCounter.STALE_LINK_EVENTS);

    agent.says(1, given.message()).thenNothing();

    assertThat(agent.counted(AgentCounter.STALE_LINK_EVENTS)).isEqualTo(stale + 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saidBeforeTheAgentIsRegistered(Case given) {
    AgentCoreTestContext agent = AgentCoreTestContext.registered().running("t1");
    agent.closed(1).fire(new AgentTimer.Reconnect()).opened(2);
    long refused = agent.counted(AgentCounter.REFUSED_MESSAGES);

    agent.says(2, given.message());

    switch (given.message().getPayloadCase()) {
      case REGISTERED -> assertThat(agent.view().link()).isEqualTo(LinkState.REGISTERED);
      case PING -> agent.then("timer silent 2 PT15S", "send 2 pong");
      default -> {
        agent.then("timer silent 2 PT15S");
        assertThat(agent.counted(AgentCounter.REFUSED_MESSAGES)).isEqualTo(refused + 1);
      }
    }
  }

  /** A kind of message that is added has to be added here. */
  @Test
  void everyKindIsThere() {
    TreeSet<MasterMessage.PayloadCase> kinds =
        new TreeSet<>(Arrays.asList(MasterMessage.PayloadCase.values()));
    cases().forEach(given -> kinds.remove(given.message().getPayloadCase()));

    assertThat(kinds)
        .containsExactlyInAnyOrder(
            MasterMessage.PayloadCase.PAYLOAD_NOT_SET,
            // Ends the link or the agent: RegistrationTest, RetirementTest.
            MasterMessage.PayloadCase.REJECTED,
            // About executors: ExecutorEndTest, ExecutorLaunchTest.
            MasterMessage.PayloadCase.EXECUTOR_MESSAGE,
            MasterMessage.PayloadCase.SHUTDOWN_EXECUTOR,
            MasterMessage.PayloadCase.RUN_TASK_GROUP);
  }

  private static String[] behindTheLink(String link, List<String> effects) {
    List<String> all = new ArrayList<>(List.of(link));
    all.addAll(effects);
    return all.toArray(String[]::new);
  }
}
