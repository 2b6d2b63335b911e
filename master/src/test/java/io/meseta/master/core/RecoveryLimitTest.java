package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code --recovery_agent_removal_limit}: a leader that nobody reaches gives nobody up. */
class RecoveryLimitTest {

  private static final Duration REREGISTER = MasterSettings.DEFAULTS.agentReregisterTimeout();

  private final List<Node> agents = new ArrayList<>();

  /** A new leader, with ten agents known, to which so many come back. */
  private CoreContext elected(int percent, int back) {
    CoreContext master =
        new CoreContext(MasterSettings.DEFAULTS.withRecoveryAgentRemovalLimit(percent));
    master.lead(RegistrySnapshot.empty());
    for (int i = 0; i < 10; i++) {
      agents.add(master.addAgent("a" + i));
    }
    master.failover();
    for (int i = 0; i < back; i++) {
      agents.get(i).comeBack(master.connect(Messages.framework("f" + i).build()));
    }
    return master;
  }

  private static long unreachable(CoreContext master) {
    return master.snapshot().agents().stream()
        .filter(record -> record.getState() == AgentRecord.State.UNREACHABLE)
        .count();
  }

  private void passTimeout(CoreContext master, int back) {
    Duration step = Duration.ofSeconds(15);
    for (Duration left = REREGISTER; !left.isNegative(); left = left.minus(step)) {
      master.pass(step);
      agents.subList(0, back).forEach(Node::pong);
    }
  }

  @Test
  void soManyAsTheLimitAreGivenUp() {
    CoreContext master = elected(30, 7);

    passTimeout(master, 7);

    assertThat(unreachable(master)).isEqualTo(3);
  }

  @Test
  void ifMoreAreMissingNoneIsAndAllAreAwaitedOn() {
    CoreContext master = elected(30, 6);

    passTimeout(master, 6);
    assertThat(unreachable(master)).isZero();
    passTimeout(master, 6);
    assertThat(unreachable(master)).isZero();

    agents.get(6).comeBack(master.connect(Messages.framework("late").build()));
    passTimeout(master, 7);
    assertThat(unreachable(master)).isEqualTo(3);
  }

  @Test
  void byDefaultAllAreGivenUp() {
    CoreContext master = elected(100, 0);

    passTimeout(master, 0);

    assertThat(unreachable(master)).isEqualTo(10);
  }

  @Test
  void thoseAlreadyUnreachableBeforeAreNotCounted() {
    CoreContext master = elected(30, 7);
    passTimeout(master, 7);
    assertThat(unreachable(master)).isEqualTo(3);

    master.failover();
    for (int i = 0; i < 5; i++) {
      agents.get(i).comeBack(master.connect(Messages.framework("again" + i).build()));
    }
    passTimeout(master, 5);

    assertThat(unreachable(master)).as("two of seven are missing").isEqualTo(5);
  }

  @Test
  void aPartIsFromNoneToAll() {
    assertThatThrownBy(() -> MasterSettings.DEFAULTS.withRecoveryAgentRemovalLimit(101))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
