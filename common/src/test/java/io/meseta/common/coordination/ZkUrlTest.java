package io.meseta.common.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZkUrlTest {
  @Test
  void readsServersAndPath() {
    ZkUrl url = ZkUrl.parse("zk://h1:2181,h2:2182,h3/meseta/prod");
    assertThat(url.connectString()).isEqualTo("h1:2181,h2:2182,h3:2181");
    assertThat(url.path()).isEqualTo("/meseta/prod");
    assertThat(url.credentials()).isEmpty();
    assertThat(url).hasToString("zk://h1:2181,h2:2182,h3:2181/meseta/prod");
  }

  @Test
  void readsCredentialsAndNeverPrintsThePassword() {
    ZkUrl url = ZkUrl.parse("zk://joe:s3:cr/e@t@h1:2181/meseta/");
    assertThat(url.credentials()).contains(new ZkUrl.Credentials("joe", "s3:cr/e@t"));
    assertThat(url.path()).isEqualTo("/meseta");
    assertThat(url).hasToString("zk://joe:***@h1:2181/meseta");
    assertThat(url.credentials().toString()).doesNotContain("s3");
  }

  @Test
  void readsAddressesOfVersionSix() {
    assertThat(ZkUrl.parse("zk://[::1]:2182,[fe80::2]/m").connectString())
        .isEqualTo("[::1]:2182,[fe80::2]:2181");
  }

  @Test
  void comparesByContent() {
    assertThat(ZkUrl.parse("zk://h/m")).isEqualTo(ZkUrl.parse("zk://h:2181/m/"));
    assertThat(ZkUrl.parse("zk://h/m")).hasSameHashCodeAs(ZkUrl.parse("zk://h:2181/m/"));
    assertThat(ZkUrl.parse("zk://h/m")).isNotEqualTo(ZkUrl.parse("zk://a:b@h/m"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://h:2181/m       | must begin with zk://
          zk://h:2181           | path is missing
          zk://h:2181/          | root node
          zk://h:2181//m        | empty node name
          zk://h:2181/a/../b    | relative paths
          zk://h:2181/zookeeper | belongs to ZooKeeper
          zk:///m               | no host name
          zk://h1,,h2/m         | no host name
          zk://h:0/m            | port between 1 and 65535
          zk://h:65536/m        | port between 1 and 65535
          zk://h:x/m            | port between 1 and 65535
          zk://::1:2181/m       | brackets
          zk://joe@h:2181/m     | user:password
          zk://joe:@h:2181/m    | user:password
          """)
  void saysWhatIsWrong(String text, String reason) {
    assertThatThrownBy(() -> ZkUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bad ZooKeeper URL")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "zk://joe:s3cret@h:x/m",
    "zk://joe:s3cret@h",
    "zk://joe:s3cret@h/a//b",
    "zk://:s3cret@h/m",
    "joe:s3cret@h/m"
  })
  void neverPrintsThePasswordInAnError(String text) {
    assertThatThrownBy(() -> ZkUrl.parse(text)).message().doesNotContain("s3cret");
  }
}
