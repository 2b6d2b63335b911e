package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --agent_removal_rate_limit}: a whole rack that is cut off does not go at once. */
class RemovalRateTest {

  private final CoreContext master =
      new CoreContext(
          MasterSettings.DEFAULTS.withAgentRemovalRateLimit(RateLimit.parse("1/10mins")));
  private final List<Node> agents = new ArrayList<>();

  private void agents(int number) {
    master.lead(RegistrySnapshot.empty());
    master.effects();
    for (int i = 0; i < number; i++) {
      agents.add(master.addAgent("a" + i));
    }
  }

  private long unreachable() {
    return master.snapshot().agents().stream()
        .filter(record -> record.getState() == AgentRecord.State.UNREACHABLE)
        .count();
  }

  private long counted(MasterCounter counter) {
    return master.core.counters().getOrDefault(counter, 0L);
  }

  @Test
  void silentAgentsBecomeUnreachableOneAfterTheOther() {
    agents(3);

    master.pass(Duration.ofSeconds(95));
    assertThat(unreachable()).isEqualTo(1);
    assertThat(counted(MasterCounter.UNREACHABLE_SCHEDULED)).isEqualTo(2);
    master.pass(Duration.ofMinutes(10));
    assertThat(unreachable()).isEqualTo(2);
    master.pass(Duration.ofMinutes(10));
    assertThat(unreachable()).isEqualTo(3);
    assertThat(counted(MasterCounter.UNREACHABLE_COMPLETED)).isEqualTo(3);
  }

  @Test
  void oneThatAnswersWhileItWaitsStays() {
    agents(3);
    master.pass(Duration.ofSeconds(95));

    agents.get(1).pong();
    agents.get(2).pong();

    assertThat(counted(MasterCounter.UNREACHABLE_CANCELED)).isEqualTo(2);
    assertThat(master.hasTimer(new MasterTimer.RemovalPermit())).isFalse();
    for (int i = 0; i < 100; i++) {
      master.pass(Duration.ofSeconds(15));
      agents.get(1).pong();
      agents.get(2).pong();
    }
    assertThat(unreachable()).isEqualTo(1);
  }

  @Test
  void oneThatComesBackOnANewLinkStays() {
    agents(2);
    agents.get(1).disconnect();
    master.pass(Duration.ofSeconds(95));
    Node back = agents.get(1);

    back.comeBack(master.connect(Messages.framework("web").build()));

    assertThat(counted(MasterCounter.UNREACHABLE_CANCELED)).isEqualTo(1);
    assertThat(unreachable()).isEqualTo(1);
  }

  @Test
  void oneThatIsPingedAgainAndSilentAgainWaitsOnce() {
    agents(2);
    master.pass(Duration.ofMinutes(5));

    assertThat(counted(MasterCounter.UNREACHABLE_SCHEDULED)).isEqualTo(1);
    assertThat(agents.get(1).messages()).as("it is still asked").hasSizeGreaterThan(15);
  }

  @Test
  void agentsThatDoNotComeBackToANewLeaderWaitAsWell() {
    agents(3);
    master.failover();

    master.pass(Duration.ofMinutes(10));
    assertThat(unreachable()).isEqualTo(1);
    master.pass(Duration.ofMinutes(20));
    assertThat(unreachable()).isEqualTo(3);
  }

  @Test
  void withoutALimitAllGoAtOnce() {
    CoreContext plain = CoreContext.leading();
    for (int i = 0; i < 20; i++) {
      plain.addAgent("a" + i);
    }

    plain.pass(Duration.ofSeconds(95));

    assertThat(plain.snapshot().agents())
        .allSatisfy(r -> assertThat(r.getState()).isEqualTo(AgentRecord.State.UNREACHABLE));
  }

  @Test
  void aRateIsWrittenAsInMesos() {
    RateLimit rate = RateLimit.parse("3/1mins");

    assertThat(rate.interval()).isEqualTo(Duration.ofSeconds(20));
    assertThat(rate).hasToString("3/1mins");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "/1mins", "0/1mins", "-1/1mins", "1/0secs", "1/soon", "x/1mins"})
  void whatIsNoRateIsRefused(String text) {
    assertThatThrownBy(() -> RateLimit.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
