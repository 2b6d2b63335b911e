package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.docker.DockerOptions;
import io.meseta.agent.sandbox.LogLimits;
import io.meseta.common.config.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class DockerFlagsTest {

  private static final String AUTHS = "{\"auths\":{\"a.example\":{\"auth\":\"bWU6c2VjcmV0\"}}}";

  @Command
  private static final class Parsed {
    @Mixin final DockerFlags docker = new DockerFlags();
    @Mixin final SandboxFlags sandbox = new SandboxFlags();
    @Mixin final DiskFlags disk = new DiskFlags();
  }

  private static Parsed parse(String... arguments) {
    Parsed parsed = new Parsed();
    new CommandLine(parsed).parseArgs(arguments);
    return parsed;
  }

  private static DockerOptions options(DockerFlags flags) {
    return options(flags, new DiskFlags());
  }

  private static DockerOptions options(DockerFlags flags, DiskFlags disk) {
    return flags.applyTo(DockerOptions.defaults(Path.of("/w"), "10.0.0.1"), disk);
  }

  @Test
  void defaults() {
    DockerOptions options = options(parse().docker);

    assertThat(options.pulls().stall()).isEqualTo(Duration.ofMinutes(2));
    assertThat(options.containers()).isEqualTo(DockerOptions.Containers.defaults());
    assertThat(parse().sandbox.logLimits()).isEqualTo(LogLimits.DEFAULT);
    assertThat(LogLimits.DEFAULT).isEqualTo(new LogLimits(Bytes.ofMegabytes(10), 5));
  }

  @Test
  void areGivenByName() throws Exception {
    Parsed parsed =
        parse(
            "--docker_config=" + AUTHS,
            "--docker_pull_stall_timeout=30secs",
            "--docker_pids_limit=100",
            "--enforce_container_disk_quota",
            "--container_log_max_size=1MB",
            "--container_log_max_files=2");
    DockerOptions options = options(parsed.docker, parsed.disk);

    assertThat(options.pulls().stall()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.pulls().credentials()).hasToString("(JSON)");
    assertThat(options.containers().pidsLimit()).isEqualTo(100);
    assertThat(options.containers().enforceDiskQuota()).isTrue();
    assertThat(parsed.sandbox.logLimits()).isEqualTo(new LogLimits(Bytes.ofMegabytes(1), 2));
  }

  @Test
  void pagesShowNoCredentials() {
    Map<String, String> flags = new TreeMap<>();
    Parsed parsed = parse("--docker_config=" + AUTHS);
    parsed.docker.addTo(flags);
    parsed.sandbox.addTo(flags);

    assertThat(flags)
        .containsEntry("docker_config", "(JSON)")
        .containsEntry("docker_pull_stall_timeout", "2mins")
        .containsEntry("container_log_max_size", "10MB")
        .containsEntry("container_log_max_files", "5")
        .containsKey("docker_pids_limit");
  }

  @Test
  void whatCannotBeRightIsRefused() {
    assertThatThrownBy(() -> options(new DockerFlags().dockerConfig("/none/there.json")))
        .hasMessageContaining("--docker_config");
    assertThatThrownBy(() -> options(new DockerFlags().dockerPidsLimit(-1)))
        .hasMessageContaining("--docker_pids_limit");
    assertThatThrownBy(() -> options(new DockerFlags().dockerPullStallTimeout(Duration.ZERO)))
        .hasMessageContaining("--docker_pull_stall_timeout");
    assertThatThrownBy(() -> new SandboxFlags().containerLogs(Bytes.parse("1KB"), 5).logLimits())
        .hasMessageContaining("--container_log_max_size");
    assertThatThrownBy(() -> new SandboxFlags().containerLogs(Bytes.parse("1MB"), 0).logLimits())
        .hasMessageContaining("--container_log_max_files");
  }
}
