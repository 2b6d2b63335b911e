package io.meseta.agent.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiskQuotaTest {

  private static final String ROOT = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw";

  @Test
  void isThereOnXfsWithProjectQuotas() {
    String xfs = "30 22 8:2 / /var/lib/docker rw - xfs /dev/sdb1 rw,attr2,prjquota";
    assertThat(DiskQuota.onXfsWithQuota(List.of(ROOT, xfs), "/var/lib/docker")).isTrue();
    assertThat(DiskQuota.onXfsWithQuota(List.of(ROOT, xfs), "/var/lib/dockers")).isFalse();
    assertThat(DiskQuota.onXfsWithQuota(List.of(ROOT), "/var/lib/docker")).isFalse();
  }

  @Test
  void isNotThereWithoutThem() {
    String plain = "30 22 8:2 / /var rw shared:9 master:1 - xfs /dev/sdb1 rw,noquota";
    String over = "31 30 8:3 / /var/lib rw - ext4 /dev/sdc1 rw";
    String xfs = "29 22 8:2 / /var rw - xfs /dev/sdb1 rw,pquota";
    assertThat(DiskQuota.onXfsWithQuota(List.of(ROOT, plain), "/var/lib/docker")).isFalse();
    assertThat(DiskQuota.onXfsWithQuota(List.of(ROOT, xfs, over), "/var/lib/docker")).isFalse();
    assertThat(DiskQuota.onXfsWithQuota(List.of(ROOT, xfs), "/var/lib/docker")).isTrue();
    assertThat(DiskQuota.onXfsWithQuota(List.of("garbage"), "/var/lib/docker")).isFalse();
  }
}
