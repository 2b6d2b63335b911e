package io.meseta.agent.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.http.CallRefusedException;
import io.meseta.api.v1.agent.Call;
import io.meseta.common.acl.AclFormat;
import io.meseta.common.acl.Action;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.acl.Question;
import io.meseta.common.auth.Realm;
import io.meseta.common.net.ByteStream;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentGuardsTest {

  /** Nothing is answered by it here. */
  private static final class Silent implements Exchange {
    @Override
    public void respond(HttpResponse response) {
      throw new UnsupportedOperationException();
    }

    @Override
    public EventStream openStream(String contentType, Headers headers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ByteStream openBytes(int status, Headers headers, OptionalLong length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void onDisconnect(Runnable callback) {}
  }

  private static HttpRequest request(String method, String path, Headers headers) {
    return new HttpRequest(
        method,
        new HttpRequest.Target(path, path, Map.of()),
        headers,
        new byte[0],
        new InetSocketAddress(1));
  }

  @ParameterizedTest
  @CsvSource({
    "GET_FLAGS, VIEW_FLAGS",
    "SET_LOGGING_LEVEL, SET_LOG_LEVEL",
    "LIST_FILES, ACCESS_SANDBOXES",
    "READ_FILE, ACCESS_SANDBOXES",
    "GET_STATE, VIEW_FRAMEWORKS",
    "GET_FRAMEWORKS, VIEW_FRAMEWORKS",
    "GET_OPERATIONS, VIEW_FRAMEWORKS",
    "GET_TASKS, VIEW_TASKS",
    "GET_EXECUTORS, VIEW_EXECUTORS",
    "GET_CONTAINERS, VIEW_CONTAINERS",
    "LAUNCH_NESTED_CONTAINER_SESSION, LAUNCH_NESTED_CONTAINER_SESSIONS_UNDER_PARENT_WITH_USER",
    "LAUNCH_NESTED_CONTAINER, LAUNCH_NESTED_CONTAINERS_UNDER_PARENT_WITH_USER",
    "LAUNCH_CONTAINER, LAUNCH_NESTED_CONTAINERS_UNDER_PARENT_WITH_USER",
    "ATTACH_CONTAINER_INPUT, ATTACH_CONTAINERS_INPUT",
    "ATTACH_CONTAINER_OUTPUT, ATTACH_CONTAINERS_OUTPUT",
    "WAIT_CONTAINER, WAIT_NESTED_CONTAINERS",
    "WAIT_NESTED_CONTAINER, WAIT_NESTED_CONTAINERS",
    "KILL_CONTAINER, KILL_NESTED_CONTAINERS",
    "KILL_NESTED_CONTAINER, KILL_NESTED_CONTAINERS",
    "REMOVE_CONTAINER, REMOVE_NESTED_CONTAINERS",
    "REMOVE_NESTED_CONTAINER, REMOVE_NESTED_CONTAINERS",
    "PRUNE_IMAGES, PRUNE_IMAGES",
  })
  void aCallIsForWhomItsListNames(Call.Type type, Action action) {
    for (boolean permissive : new boolean[] {true, false}) {
      Authorizer lists =
          AclFormat.parse(
              ("{\"permissive\": %s, \"%s\": [{\"principals\": {\"values\": [\"named\"]},"
                      + " \"%s\": {\"type\": \"ANY\"}}]}")
                  .formatted(permissive, action.listName(), action.objectsName()));
      assertAdmits(lists, "named", type, true);
      assertAdmits(lists, "other", type, permissive);
      assertAdmits(lists, "", type, permissive);
    }
  }

  private static void assertAdmits(
      Authorizer lists, String principal, Call.Type type, boolean admitted) {
    HttpRequest nobody = request("POST", "/api/v1", Headers.none());
    HttpRequest request = principal.isEmpty() ? nobody : nobody.withPrincipal(principal);
    AgentCallGuard guard = new AgentCallGuard(() -> lists);
    Call call = Call.newBuilder().setType(type).build();
    if (admitted) {
      assertThat(guard.admit(request, call, new Silent())).isNotNull();
    } else {
      assertThatThrownBy(() -> guard.admit(request, call, new Silent()))
          .isInstanceOfSatisfying(
              CallRefusedException.class, e -> assertThat(e.status()).isEqualTo(403));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /state, VIEW_FRAMEWORKS, mesos-agent-readonly",
    "GET, /state.json, VIEW_FRAMEWORKS, mesos-agent-readonly",
    "GET, /tasks, VIEW_TASKS, mesos-agent-readonly",
    "GET, /flags, VIEW_FLAGS, mesos-agent-readonly",
    "GET, /files/read, ACCESS_SANDBOXES, mesos-agent-readonly",
    "GET, /containers, GET_ENDPOINTS, mesos-agent-readonly",
    "GET, /monitor/statistics, GET_ENDPOINTS, mesos-agent-readonly",
    "GET, /metrics, GET_ENDPOINTS, mesos-agent-readonly",
    "GET, /metrics/snapshot, GET_ENDPOINTS, mesos-agent-readonly",
    "GET, /logging/toggle, GET_ENDPOINTS, mesos-agent-readwrite",
    "POST, /api/v1, , mesos-agent-readwrite",
    "GET, /something/new, , mesos-agent-readonly",
    "POST, /something/new, , mesos-agent-readwrite",
  })
  void aPathTellsWhoMayCome(String method, String path, Action action, String realm) {
    HttpRequest request = request(method, path, Headers.none());
    assertThat(new AgentRealms(true, true).of(request)).isEqualTo(Realm.of(realm, true));
    assertThat(AgentRealms.question(request).map(Question::action))
        .isEqualTo(Optional.ofNullable(action));
  }

  @ParameterizedTest
  @CsvSource({"GET, /health", "POST, /api/v1/executor"})
  void whetherItLivesAndTheExecutorsAreOpen(String method, String path) {
    assertThat(new AgentRealms(true, true).of(request(method, path, Headers.none())))
        .isEqualTo(Realm.OPEN);
  }

  @ParameterizedTest
  @CsvSource("application/recordio")
  void inputOfAContainerIsKnownByItsType(String type) {
    assertThat(AgentRealms.question(request("POST", "/api/v1", Headers.of("Content-Type", type))))
        .contains(Question.about(Action.ATTACH_CONTAINERS_INPUT));
  }
}
