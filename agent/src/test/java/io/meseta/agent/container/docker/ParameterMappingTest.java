package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Ulimit;
import io.meseta.api.v1.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterMappingTest {

  @Test
  void ofTheProcess() throws Exception {
    RunConfig config =
        map(
            "env", "A=b=c",
            "label", "l=1",
            "label", "bare",
            "user", "1000:1000",
            "workdir", "/w",
            "entrypoint", "/e",
            "hostname", "h",
            "stop-signal", "SIGINT");

    assertThat(config.process().environment()).containsEntry("A", "b=c");
    assertThat(config.labels()).containsEntry("l", "1").containsEntry("bare", "");
    assertThat(config.process().user()).contains("1000:1000");
    assertThat(config.process().workingDirectory()).contains("/w");
    assertThat(config.process().entrypoint()).containsExactly("/e");
    assertThat(config.process().hostname()).contains("h");
    assertThat(config.process().stopSignal()).contains("SIGINT");
  }

  @Test
  void ofTheNetwork() throws Exception {
    HostConfig host =
        map(
                "add-host", "a:10.0.0.1",
                "dns", "10.0.0.2",
                "dns-search", "example.org",
                "dns-opt", "ndots:1")
            .hostConfig();

    assertThat(host.getExtraHosts()).containsExactly("a:10.0.0.1");
    assertThat(host.getDns()).containsExactly("10.0.0.2");
    assertThat(host.getDnsSearch()).containsExactly("example.org");
    assertThat(host.getDnsOptions()).containsExactly("ndots:1");
  }

  @Test
  void ofTheIsolation() throws Exception {
    HostConfig host =
        map(
                "cap-add", "NET_ADMIN",
                "cap-drop", "CAP_MKNOD",
                "security-opt", "no-new-privileges",
                "security-opt", "seccomp=unconfined",
                "ulimit", "nofile=1024:2048",
                "ulimit", "core=-1",
                "device", "/dev/fuse",
                "device", "/dev/a:/dev/b:r",
                "tmpfs", "/run:size=1m",
                "shm-size", "64m",
                "read-only", "true",
                "init", "",
                "pids-limit", "100",
                "sysctl", "net.core.somaxconn=1024",
                "group-add", "audio",
                "volume", "/a:/b:ro")
            .hostConfig();

    assertThat(host.getCapAdd()).containsExactly(Capability.NET_ADMIN);
    assertThat(host.getCapDrop()).containsExactly(Capability.MKNOD);
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges", "seccomp=unconfined");
    assertThat(host.getUlimits())
        .containsExactly(new Ulimit("nofile", 1024L, 2048L), new Ulimit("core", -1L, -1L));
    assertThat(host.getDevices())
        .containsExactly(
            new Device("rwm", "/dev/fuse", "/dev/fuse"), new Device("r", "/dev/b", "/dev/a"));
    assertThat(host.getTmpFs()).containsEntry("/run", "size=1m");
    assertThat(host.getShmSize()).isEqualTo(64L << 20);
    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(host.getInit()).isTrue();
    assertThat(host.getPidsLimit()).isEqualTo(100);
    assertThat(host.getSysctls()).containsEntry("net.core.somaxconn", "1024");
    assertThat(host.getGroupAdd()).containsExactly("audio");
    assertThat(host.getBinds()[0]).hasToString("/a:/b:ro");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "memory, 1g, 'memory'",
    "cpus, 4, 'cpus'",
    "cgroup-parent, /, 'cgroup-parent'",
    "rm, true, 'rm'",
    "env, A, name=value",
    "label, io.meseta.agent=x, io.meseta.",
    "cap-add, FLY, FLY",
    "ulimit, nofile, nofile",
    "init, perhaps, perhaps",
    "pids-limit, many, many",
    "shm-size, big, big",
    "device, a:b:c:d, a:b:c:d",
    "security-opt, seccomp=/profile.json, seccomp=unconfined",
    "net, container:other, container:other",
    "volume, ./a:/b, relative",
    "volume, a:b:c:d:e, a:b:c:d:e"
  })
  void refusesByName(String key, String value, String named) {
    assertThatThrownBy(() -> map(key, value))
        .isInstanceOf(UnsupportedTaskException.class)
        .hasMessageContaining(named);
  }

  private static RunConfig map(String... keysAndValues) throws UnsupportedTaskException {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      parameters.add(
          Parameter.newBuilder().setKey(keysAndValues[i]).setValue(keysAndValues[i + 1]).build());
    }
    RunDraft draft = new RunDraft();
    ParameterMapping.apply(parameters, draft);
    return draft.build("n", "i", false);
  }
}
