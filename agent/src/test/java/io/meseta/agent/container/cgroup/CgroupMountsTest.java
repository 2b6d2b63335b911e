package io.meseta.agent.container.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.agent.container.cgroup.CgroupMounts.Mount;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {

  @Test
  void findsControllersThatShareATreeOrHaveTheirOwn() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            List.of(
                "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup"
                    + " rw,cpu,cpuacct",
                "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
                "40 31 0:37 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"));

    assertThat(mounts.controllers().get("cpu")).isEqualTo(mounts.controllers().get("cpuacct"));
    assertThat(mounts.controllers())
        .containsEntry("memory", new Mount(Path.of("/sys/fs/cgroup/memory"), "/"));
    assertThat(mounts.unified().orElseThrow().path()).isEqualTo(Path.of("/sys/fs/cgroup/unified"));
  }

  @Test
  void findsAGroupWhereOnlyAPartOfTheTreeIsMounted() {
    CgroupMounts mounts =
        CgroupMounts.parse(
            List.of("35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"));

    assertThat(mounts.controllers().values())
        .extracting(mount -> mount.resolve("/docker/abc/meseta/x"))
        .containsOnly(Path.of("/sys/fs/cgroup/memory/meseta/x"));
  }

  @Test
  void readsBlanksInNames() {
    CgroupMounts mounts =
        CgroupMounts.parse(List.of("35 31 0:32 / /mnt/c\\040groups rw - cgroup2 cgroup2 rw"));

    assertThat(mounts.unified().orElseThrow().path()).isEqualTo(Path.of("/mnt/c groups"));
  }

  @Test
  void otherLinesAreNoMatter() {
    CgroupMounts mounts =
        CgroupMounts.parse(List.of("", "nonsense", "23 1 0:5 / /proc rw - proc proc rw", "a - b"));

    assertThat(mounts.controllers()).isEmpty();
    assertThat(mounts.unified()).isEmpty();
  }
}
