package io.meseta.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ListenOptionsTest {

  @Command(name = "daemon")
  private static final class Daemon {
    @Mixin private final ListenOptions listen = new ListenOptions(5050);
  }

  private final Daemon daemon = new Daemon();
  private final CommandLine line = new CommandLine(daemon);

  private static InetSocketAddress loopback(int lastByte, int port) throws UnknownHostException {
    byte[] address = {127, 0, 0, (byte) lastByte};
    return new InetSocketAddress(InetAddress.getByAddress(address), port);
  }

  @Test
  void byDefaultItIsLoopbackAndTheDaemonsPort() throws UnknownHostException {
    line.parseArgs();

    assertThat(daemon.listen.bindAddress()).isEqualTo(loopback(1, 5050));
    assertThat(line.getUsageMessage()).contains("default 127.0.0.1.", "default 5050.");
  }

  @Test
  void theCommandLineFillsBoth() throws UnknownHostException {
    line.parseArgs("--ip=127.0.0.9", "--port=0");

    assertThat(daemon.listen.bindAddress()).isEqualTo(loopback(9, 0));
    assertThat(daemon.listen.ip()).isEqualTo("127.0.0.9");
  }

  @Test
  void theEnvironmentFillsWhatTheCommandLineDoesNotSay() throws UnknownHostException {
    Map<String, String> environment = Map.of("MESETA_PORT", "6050");
    LayeredDefaults.install(line, "daemon", List.of(), environment);
    line.parseArgs("--ip=127.0.0.9");

    assertThat(daemon.listen.bindAddress()).isEqualTo(loopback(9, 6050));
  }

  @Test
  void pagesShowThemByName() {
    Map<String, String> flags = new TreeMap<>();
    daemon.listen.addTo(flags);

    assertThat(flags).isEqualTo(Map.of("ip", "127.0.0.1", "port", "5050"));
  }

  @Test
  void whatIsNoAddressIsNamed() {
    daemon.listen.ip("[no-address]");

    assertThatThrownBy(daemon.listen::bindAddress)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--ip is no address of this machine: [no-address]");
  }

  @Test
  void whatIsNoPortIsNamed() {
    daemon.listen.port(99_999);

    assertThatThrownBy(daemon.listen::bindAddress)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--port: 99999 is not a port");
  }
}
