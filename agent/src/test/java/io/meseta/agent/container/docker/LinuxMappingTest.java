package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.meseta.api.v1.CapabilityInfo;
import io.meseta.api.v1.LinuxInfo;
import io.meseta.api.v1.SeccompInfo;
import io.meseta.api.v1.TaskInfo;
import org.junit.jupiter.api.Test;

/** What the kernel lets the processes of a task do. */
class LinuxMappingTest {

  private static final CapabilityInfo TWO =
      CapabilityInfo.newBuilder()
          .addCapabilities(CapabilityInfo.Capability.NET_RAW)
          .addCapabilities(CapabilityInfo.Capability.KILL)
          .build();
  private static final CapabilityInfo ONE =
      CapabilityInfo.newBuilder().addCapabilities(CapabilityInfo.Capability.KILL).build();

  @Test
  void capabilitiesAreThoseNamedAndNoOthers() throws Exception {
    HostConfig bounding = host(LinuxInfo.newBuilder().setBoundingCapabilities(TWO));
    assertThat(bounding.getCapDrop()).containsExactly(Capability.ALL);
    assertThat(bounding.getCapAdd()).containsExactly(Capability.NET_RAW, Capability.KILL);

    HostConfig effective =
        host(LinuxInfo.newBuilder().setBoundingCapabilities(TWO).setEffectiveCapabilities(ONE));
    assertThat(effective.getCapAdd()).containsExactly(Capability.KILL);

    assertThat(host(LinuxInfo.newBuilder()).getCapDrop()).isEmpty();
    refuses(
        LinuxInfo.newBuilder().setBoundingCapabilities(ONE).setEffectiveCapabilities(TWO),
        "more than");
  }

  @Test
  void namespacesAreSharedWithTheHostOnDemand() throws Exception {
    HostConfig shared =
        host(
            LinuxInfo.newBuilder()
                .setSharePidNamespace(true)
                .setIpcMode(LinuxInfo.IpcMode.SHARE_PARENT));
    assertThat(shared.getPidMode()).isEqualTo("host");
    assertThat(shared.getIpcMode()).isEqualTo("host");

    HostConfig own = host(LinuxInfo.newBuilder().setIpcMode(LinuxInfo.IpcMode.PRIVATE));
    assertThat(own.getPidMode()).isNull();
    assertThat(own.getIpcMode()).isEqualTo("private");

    refuses(
        LinuxInfo.newBuilder().setShmSize(1).setIpcMode(LinuxInfo.IpcMode.SHARE_PARENT),
        "shm_size");
  }

  @Test
  void seccompCanBeLeftOut() throws Exception {
    assertThat(
            host(LinuxInfo.newBuilder().setSeccomp(SeccompInfo.newBuilder().setUnconfined(true)))
                .getSecurityOpts())
        .containsExactly("seccomp=unconfined");
    refuses(
        LinuxInfo.newBuilder().setSeccomp(SeccompInfo.newBuilder().setProfileName("p")),
        "profile_name");
  }

  private static HostConfig host(LinuxInfo.Builder linux) throws UnsupportedTaskException {
    TaskInfo.Builder task = TestTasks.shell("true");
    task.getContainerBuilder().setLinuxInfo(linux);
    return RunConfigs.of(TestTasks.spec("c1", task), TestTasks.CONTEXT).hostConfig();
  }

  private static void refuses(LinuxInfo.Builder linux, String named) {
    assertThatThrownBy(() -> host(linux))
        .isInstanceOf(UnsupportedTaskException.class)
        .hasMessageContaining(named);
  }
}
