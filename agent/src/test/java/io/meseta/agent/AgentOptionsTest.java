package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.core.ExecutorSettings;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AgentOptionsTest {

  @Test
  void theAgentIsReachedWhereItListensWhateverItsName() {
    assertThat(new AgentOptions().ip("127.0.0.2").hostname("somewhere").reachableIp())
        .contains("127.0.0.2");
  }

  @Test
  void anAddressThatIsGivenByNameIsToldAsANumber() {
    assertThat(new AgentOptions().ip("localhost").reachableIp())
        .contains(InetAddress.getLoopbackAddress().getHostAddress());
  }

  @Test
  void whoListensOnAnyAddressIsReachedWhereItsNamePoints() {
    assertThat(new AgentOptions().ip("0.0.0.0").hostname("127.0.0.3").reachableIp())
        .contains("127.0.0.3");
  }

  @Test
  void executorsHaveDefaultsAndArePartOfTheFlags() {
    AgentOptions options = new AgentOptions().master("127.0.0.1:5050");

    assertThat(options.executors.settings()).isEqualTo(ExecutorSettings.defaults());
    assertThat(options.flags())
        .containsEntry("executor_registration_timeout", "1mins")
        .containsEntry("executor_reregistration_timeout", "15secs")
        .containsEntry("recovery_timeout", "15mins");
  }

  @Test
  void whatIsGivenForExecutorsIsUsed() {
    ExecutorFlags flags = new ExecutorFlags();
    new CommandLine(flags)
        .parseArgs(
            "--executor_registration_timeout=2mins",
            "--executor_reregistration_timeout=3secs",
            "--recovery_timeout=4mins");

    assertThat(flags.settings())
        .isEqualTo(
            new ExecutorSettings(
                Duration.ofMinutes(2), Duration.ofSeconds(3), Duration.ofMinutes(4)));
    assertThatThrownBy(() -> flags.recoveryTimeout(Duration.ZERO).settings())
        .hasMessageContaining("--recovery_timeout");
  }
}
