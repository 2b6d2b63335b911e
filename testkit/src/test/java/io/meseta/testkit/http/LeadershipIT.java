package io.meseta.testkit.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.testing.RawClient;
import io.meseta.master.Master;
import io.meseta.master.MasterOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where clients are sent by the leader, by a standby, and by a master that knows of no leader. */
class LeadershipIT {

  private static LoopbackCluster cluster;
  private static int leader;
  private static int standby;
  private static Master alone;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LoopbackCluster();
    leader = cluster.leader().port();
    standby = cluster.standby().port();
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Bound, and never answering: no ZooKeeper.
      alone =
          Master.start(
              new MasterOptions().zk("zk://127.0.0.1:" + nobody.getLocalPort() + "/mesos").port(0));
    }
    LoopbackCluster.await(
        "the standby knows the leader", () -> status(standby, "/redirect") == 307);
  }

  @AfterAll
  static void stop() throws Exception {
    alone.close();
    cluster.close();
  }

  private static int status(int port, String target) {
    try {
      return RawClient.get(port, target).status();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/redirect", "/master/redirect", "http://any.host:5050/redirect"})
  void redirectLeadsToTheLeaderFromEveryMaster(String target) throws Exception {
    for (int port : new int[] {leader, standby}) {
      RawClient.Answer answer = RawClient.get(port, target);
      assertThat(answer.status()).isEqualTo(307);
      assertThat(answer.header("Location")).isEqualTo("//127.0.0.1:" + leader);
      assertThat(answer.header("Content-Length")).isEqualTo("0");
    }
  }

  @Test
  void nothingIsBehindRedirect() throws Exception {
    assertThat(RawClient.get(leader, "/redirect/x").status()).isEqualTo(404);
    assertThat(RawClient.get(standby, "/master/redirect/x").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/scheduler,/master/api/v1/scheduler",
    "/master/api/v1/scheduler,/master/api/v1/scheduler",
    "/state,/master/state",
    "/master/state?jsonp=x%20y,/master/state?jsonp=x%20y",
    "http://h:1/api/v1/scheduler?a=b,/master/api/v1/scheduler?a=b",
    "/api/v1/agent-link,/master/api/v1/agent-link"
  })
  void aStandbySendsClientsToTheSamePathOfTheLeader(String target, String path) throws Exception {
    String method = target.contains("state") ? "GET" : "POST";
    RawClient.Answer answer =
        RawClient.ask(
            standby, method + " " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    assertThat(answer.status()).as("%s", answer).isEqualTo(307);
    assertThat(answer.header("Location")).isEqualTo("//127.0.0.1:" + leader + path);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
  }

  @Test
  void notToLeadCountsBeforeEverythingThatIsWrongWithACall() throws Exception {
    assertThat(status(standby, WireFramework.PATH)).isEqualTo(307);
    String garbage = RawClient.postRequest(WireFramework.PATH, "Content-Type: x\r\n", "garbage");
    assertThat(RawClient.ask(standby, garbage).status()).isEqualTo(307);
    assertThat(RawClient.ask(alone.port(), garbage).status()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/redirect", "/master/redirect", "/state", "/api/v1/scheduler"})
  void withoutALeaderItIs503WithTheReason(String target) throws Exception {
    RawClient.Answer answer = RawClient.get(alone.port(), target);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(answer.text()).isEqualTo("No leader elected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health",
        "/master/health",
        "http://some.proxy:80/health",
        "HTTP://h/master/health?q"
      })
  void aPathIsTheSameWithAndWithoutPrefixAndHost(String target) throws Exception {
    for (int port : new int[] {leader, standby, alone.port()}) {
      assertThat(status(port, target)).isEqualTo(200);
    }
  }
}
