package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.sandbox.LogLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DockerOptionsTest {

  @Test
  void defaults() {
    DockerOptions options = DockerOptions.defaults(Path.of("/w"), "10.0.0.1");

    assertThat(options.host()).isEqualTo(URI.create("unix:///var/run/docker.sock"));
    assertThat(options.workDir()).isEqualTo(Path.of("/w"));
    assertThat(options.agentIp()).isEqualTo("10.0.0.1");
    assertThat(options.containers()).isEqualTo(new DockerOptions.Containers(16, false, 0));
    assertThat(options.logs()).isEqualTo(new DockerOptions.Logs(32, 2, LogLimits.DEFAULT));
    assertThat(options.limits().create()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.limits().away()).isEqualTo(Duration.ofMinutes(3));
    assertThat(options.limits().start()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.pulls())
        .isEqualTo(
            new DockerOptions.Pulls(
                Duration.ofMinutes(2), 5, Duration.ofSeconds(2), DockerConfig.NONE));
    assertThat(options.limits().query()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.limits().remove()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.limits().listInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.limits().logStall()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void oneAfterTheOther() {
    DockerOptions.Logs logs = new DockerOptions.Logs(1, 3, LogLimits.DEFAULT);
    DockerOptions options =
        DockerOptions.defaults(Path.of("/w"), "10.0.0.1")
            .withHost(URI.create("tcp://127.0.0.1:1"))
            .withLogs(logs);

    assertThat(options.host()).isEqualTo(URI.create("tcp://127.0.0.1:1"));
    assertThat(options.logs()).isEqualTo(logs);
    assertThat(options.limits()).isEqualTo(DockerOptions.Limits.defaults());
  }
}
