package io.meseta.master.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.common.acl.Action;
import io.meseta.common.acl.Question;
import io.meseta.common.auth.Realm;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MasterRealmsTest {
  private static final MasterRealms ALL =
      new MasterRealms(new MasterRealms.Demands(true, true, true, true));

  private static HttpRequest request(String method, String path) {
    return new HttpRequest(
        method,
        new HttpRequest.Target(path, path, Map.of()),
        Headers.none(),
        new byte[0],
        new InetSocketAddress(1));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/scheduler, mesos-master-scheduler",
    "GET, /api/v1/scheduler, mesos-master-scheduler",
    "POST, /api/v1/agent-link, meseta-master-agents",
    "POST, /api/v1, mesos-master-readwrite",
    "GET, /state, mesos-master-readonly",
    "HEAD, /state, mesos-master-readonly",
    "GET, /metrics, mesos-master-readonly",
    "GET, /files/read, mesos-master-readonly",
    "GET, /machine/down, mesos-master-readwrite",
    "GET, /maintenance/schedule, mesos-master-readwrite",
    "GET, /quota, mesos-master-readwrite",
    "GET, /weights, mesos-master-readwrite",
    "POST, /teardown, mesos-master-readwrite",
    "PUT, /weights, mesos-master-readwrite",
    "DELETE, /quota/x, mesos-master-readwrite",
    "POST, /something/new, mesos-master-readwrite",
    "GET, /something/new, mesos-master-readonly",
    "GET, /health/x, mesos-master-readonly",
    "GET, /redirect/x, mesos-master-readonly",
  })
  void everyPathButTwoDemandsACredential(String method, String path, String realm) {
    assertThat(ALL.of(request(method, path)).name()).isEqualTo(realm);
    assertThat(ALL.of(request(method, path)).entry())
        .isIn(Realm.Entry.AUTHENTICATED, Realm.Entry.AUTHENTICATED_OR_CERTIFIED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/redirect"})
  void whoLooksForALeaderNeedsNone(String path) {
    assertThat(ALL.of(request("GET", path))).isEqualTo(Realm.OPEN);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/agent-link, REGISTER_AGENTS",
    "/flags, VIEW_FLAGS",
    "/flags.json, VIEW_FLAGS",
    "/files/read, ACCESS_MESOS_LOGS",
    "/files/read.json, ACCESS_MESOS_LOGS",
    "/metrics, GET_ENDPOINTS",
    "/metrics/snapshot, GET_ENDPOINTS",
    "/metrics/snapshot.json, GET_ENDPOINTS",
    "/logging/toggle, GET_ENDPOINTS",
    "/state,",
    "/api/v1,",
    "/api/v1/scheduler,",
  })
  void somePathsHaveAnActionOfTheirOwn(String path, Action action) {
    assertThat(MasterRealms.question(request("GET", path)).map(Question::action))
        .isEqualTo(Optional.ofNullable(action));
  }

  @Test
  void onlyAgentsProveThemselvesByACertificate() {
    assertThat(ALL.of(request("POST", "/api/v1/agent-link")).entry())
        .isEqualTo(Realm.Entry.AUTHENTICATED_OR_CERTIFIED);
    assertThat(ALL.of(request("POST", "/api/v1/scheduler")).entry())
        .isEqualTo(Realm.Entry.AUTHENTICATED);
  }
}
