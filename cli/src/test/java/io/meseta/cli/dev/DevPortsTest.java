package io.meseta.cli.dev;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class DevPortsTest {

  private final DevPorts ports = new DevPorts();

  @Test
  void aTakenPortIsNamedWithTheOptionThatChangesIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ports.zooKeeper = 0;
      ports.master = taken.getLocalPort();
      ports.firstAgent = 0;

      assertThatThrownBy(() -> ports.check(2))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("port " + taken.getLocalPort() + ", for the master, is taken")
          .hasMessageContaining("--master_port");
    }
  }

  @Test
  void freePortsAreFine() {
    ports.zooKeeper = 0;
    ports.master = 0;
    ports.firstAgent = 0;

    assertThatCode(() -> ports.check(3)).doesNotThrowAnyException();
  }
}
