package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.process.ProcessOptions;
import io.meseta.agent.sandbox.LogLimits;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ProcessFlagsTest {

  private static final Path WORK = Path.of("/work");

  @Test
  void defaults() {
    ProcessFlags flags = parse();

    assertThat(flags.kinds()).containsExactly(ContainerizerKind.DOCKER, ContainerizerKind.PROCESS);
    assertThat(flags.processOptions(WORK, "127.0.0.1", LogLimits.DEFAULT))
        .isEqualTo(ProcessOptions.defaults(WORK, "127.0.0.1"));
    Map<String, String> shown = new TreeMap<>();
    flags.addTo(shown);
    assertThat(shown)
        .containsEntry("containerizers", "docker,process")
        .containsEntry("cgroups_root", "meseta")
        .containsEntry("process_pids_limit", "4096")
        .containsEntry("switch_user", "true");
  }

  @Test
  void optionsAreTaken() {
    ProcessFlags flags =
        parse(
            "--containerizers=process",
            "--cgroups_root=a/b",
            "--process_pids_limit=7",
            "--switch_user=false");

    assertThat(flags.kinds()).containsExactly(ContainerizerKind.PROCESS);
    ProcessOptions options = flags.processOptions(WORK, "127.0.0.1", LogLimits.DEFAULT);
    assertThat(options.cgroupsRoot()).isEqualTo("a/b");
    assertThat(options.maxProcesses()).isEqualTo(7);
    assertThat(options.switchUser()).isFalse();
  }

  @Test
  void whatMesosCallsItIsTaken() {
    assertThat(parse("--containerizers=docker,mesos").kinds())
        .containsExactly(ContainerizerKind.DOCKER, ContainerizerKind.PROCESS);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> parse("--containerizers=podman").kinds())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--containerizers=podman");
    assertThatThrownBy(() ->
            parse("--process_pids_limit=0").processOptions(WORK, "127.0.0.1", LogLimits.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--process_pids_limit");
  }

  private static ProcessFlags parse(String... arguments) {
    ProcessFlags flags = new ProcessFlags();
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("flags", CommandLine.Model.CommandSpec.forAnnotatedObject(flags));
    new CommandLine(spec).parseArgs(arguments);
    return flags;
  }
}
