package io.meseta.common.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonInfoTest {
  @Test
  void theLowestSequenceLeads() {
    assertThat(
            JsonInfo.lowest(
                List.of("json.info_0000000131", "json.info_0000000012", "json.info_0000000013")))
        .contains("json.info_0000000012");
  }

  @Test
  void aCounterThatHasRunOverIsLower() {
    assertThat(JsonInfo.lowest(List.of("json.info_2147483647", "json.info_-2147483648")))
        .contains("json.info_-2147483648");
  }

  /** There are clients that take the first of all children for the leader. */
  @Test
  void ourOwnNodesBesideItSortAfterIt() {
    assertThat(List.of(LeaderElection.LATCH, "registry"))
        .allSatisfy(name -> assertThat(name).isGreaterThan(JsonInfo.PREFIX));
  }

  @Test
  void skipsWhatIsNotAPublishedMaster() {
    assertThat(
            JsonInfo.only(
                List.of(
                    "info_0000000001",
                    "0000000002",
                    "log_replicas",
                    "registry",
                    "latch",
                    "json.info_",
                    "json.info_x",
                    "json.info_00000000011")))
        .isEmpty();
    assertThat(JsonInfo.lowest(List.of("log_replicas"))).isEmpty();
  }
}
