package io.meseta.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.Address;
import io.meseta.api.v1.MasterInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterAddressTest {

  @ParameterizedTest
  @CsvSource({
    "//host:5051/master/api/v1/scheduler, host:5051",
    "//10.0.0.1, 10.0.0.1:5050",
    "http://host:1/x, host:1",
    "//[::1]:5050, [::1]:5050"
  })
  void readsLocations(String location, String address) {
    assertThat(MasterAddress.ofLocation(location)).hasToString("Optional[" + address + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/path", "//", "//host:99999", "http://a b", "//host:0"})
  void otherLocationsLeadNowhere(String location) {
    assertThat(MasterAddress.ofLocation(location)).isEmpty();
  }

  @Test
  void aLeadersIpAddressGoesBeforeItsName() {
    MasterInfo.Builder info = MasterInfo.newBuilder().setId("m").setIp(16_777_343).setPort(5051);
    assertThat(MasterAddress.of(info.build())).contains(new MasterAddress("127.0.0.1", 5051));

    info.setAddress(Address.newBuilder().setHostname("name").setPort(6000));
    assertThat(MasterAddress.of(info.build())).contains(new MasterAddress("name", 6000));

    info.getAddressBuilder().setIp("10.1.2.3");
    assertThat(MasterAddress.of(info.build())).contains(new MasterAddress("10.1.2.3", 6000));
  }

  @Test
  void aLeaderWithoutAddressHasNone() {
    MasterInfo info = MasterInfo.newBuilder().setId("m").setIp(0).setPort(0).build();
    assertThat(MasterAddress.of(info)).isEmpty();
  }

  @Test
  void readsUrls() {
    assertThat(MasterUrl.parse("http://a").addresses())
        .containsExactly(new MasterAddress("a", 5050));
    assertThat(MasterUrl.parse("http://a:1, http://b:2/,c").addresses())
        .containsExactly(
            new MasterAddress("a", 1), new MasterAddress("b", 2), new MasterAddress("c", 5050));
    assertThat(MasterUrl.parse("zk://u:secret@h:2181/mesos").zooKeeper().orElseThrow().path())
        .isEqualTo("/mesos");
    assertThat(MasterUrl.parse("zk://u:secret@h:2181/mesos").toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "host:5050", "ftp://h:5050", "http://", "http://a,,b", "http://a/x", "zk://h"})
  void otherUrlsAreRefused(String url) {
    assertThatThrownBy(() -> MasterUrl.parse(url)).isInstanceOf(IllegalArgumentException.class);
  }
}
