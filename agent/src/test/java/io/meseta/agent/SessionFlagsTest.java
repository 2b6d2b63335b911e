package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.session.SessionOptions;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SessionFlagsTest {

  @Command
  private static final class Program {
    @Mixin final SessionFlags flags = new SessionFlags();
  }

  private static SessionFlags parse(String... arguments) {
    Program program = new Program();
    new CommandLine(program).parseArgs(arguments);
    return program.flags;
  }

  private static Map<String, String> shown(SessionFlags flags) {
    Map<String, String> shown = new TreeMap<>();
    flags.addTo(shown);
    return shown;
  }

  @Test
  void defaults() {
    assertThat(parse().sessionOptions()).isEqualTo(SessionOptions.defaults());
    assertThat(new SessionFlags().sessionOptions()).isEqualTo(SessionOptions.defaults());
    assertThat(shown(parse()))
        .isEqualTo(Map.of("max_sessions", "100", "http_heartbeat_interval", "30secs"));
  }

  @Test
  void whatIsGiven() {
    SessionFlags flags = parse("--max_sessions=7", "--http_heartbeat_interval=5secs");
    assertThat(flags.sessionOptions().maxSessions()).isEqualTo(7);
    assertThat(flags.sessionOptions().heartbeat()).isEqualTo(Duration.ofSeconds(5));
    assertThat(shown(flags))
        .isEqualTo(Map.of("max_sessions", "7", "http_heartbeat_interval", "5secs"));
  }

  @Test
  void whatCannotBe() {
    assertThatThrownBy(() -> parse("--max_sessions=0").sessionOptions())
        .hasMessageContaining("--max_sessions");
    assertThatThrownBy(() -> parse("--http_heartbeat_interval=0secs").sessionOptions())
        .hasMessageContaining("--http_heartbeat_interval");
  }
}
