package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

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
}
