package io.meseta.agent.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.executor.Call;
import io.meseta.common.auth.ExecutorTokens;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import io.meseta.common.ids.ExecutorId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExecutorAccessTest {

  private static final ExecutorAccess ACCESS =
      new ExecutorAccess(
          Optional.of(new ExecutorTokens(new byte[32])),
          true,
          Map.of("LIBPROCESS_SSL_ENABLED", "1"));

  private static ContainerSpec spec(ContainerSpec.Kind kind) {
    return new ContainerSpec(
        new ContainerId("c"),
        new AgentId("a"),
        new FrameworkId("f"),
        new ExecutorId("e"),
        "u",
        kind,
        TaskInfo.getDefaultInstance(),
        Map.of("KEPT", "1"));
  }

  private static HttpRequest request(Headers headers) {
    return new HttpRequest(
        "POST",
        new HttpRequest.Target("/api/v1/executor", "/api/v1/executor", Map.of()),
        headers,
        new byte[0],
        new InetSocketAddress(1));
  }

  private static HttpRequest withTokenOf(ContainerSpec spec) {
    String token = ACCESS.equip(spec).environment().get("MESOS_EXECUTOR_AUTHENTICATION_TOKEN");
    return request(Headers.of("Authorization", "Bearer " + token));
  }

  private static Call call(String framework, String executor) {
    return Call.newBuilder()
        .setFrameworkId(FrameworkID.newBuilder().setValue(framework))
        .setExecutorId(ExecutorID.newBuilder().setValue(executor))
        .build();
  }

  private static Optional<Integer> status(Optional<HttpResponse> refusal) {
    return refusal.map(HttpResponse::status);
  }

  @Test
  void anExecutorIsGivenATokenAndATaskIsNot() {
    assertThat(ACCESS.equip(spec(ContainerSpec.Kind.EXECUTOR)).environment())
        .containsKeys("KEPT", "LIBPROCESS_SSL_ENABLED", "MESOS_EXECUTOR_AUTHENTICATION_TOKEN");
    ContainerSpec task = spec(ContainerSpec.Kind.TASK);
    assertThat(ACCESS.equip(task)).isSameAs(task);
    assertThat(ExecutorAccess.OPEN.equip(spec(ContainerSpec.Kind.EXECUTOR)).environment())
        .containsOnlyKeys("KEPT");
  }

  @Test
  void itSpeaksForItselfAndNobodyElse() {
    HttpRequest own = withTokenOf(spec(ContainerSpec.Kind.EXECUTOR));

    assertThat(ACCESS.refusal(own)).isEmpty();
    assertThat(ACCESS.refusal(own, call("f", "e"), Optional.of("c"))).isEmpty();
    assertThat(ACCESS.refusal(own, call("f", "e"), Optional.empty())).isEmpty();
    assertThat(status(ACCESS.refusal(own, call("f", "e"), Optional.of("c2"))))
        .as("an earlier run of it")
        .contains(403);
    assertThat(status(ACCESS.refusal(own, call("f", "e2"), Optional.empty()))).contains(403);
    assertThat(status(ACCESS.refusal(own, call("f2", "e"), Optional.empty()))).contains(403);
  }

  @Test
  void withoutATokenItIsToldThatOneIsNeeded() {
    HttpResponse refusal = ACCESS.refusal(request(Headers.none())).orElseThrow();
    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.headers().all("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"mesos-agent-executor\"");
    assertThat(ACCESS.refusal(request(Headers.of("Authorization", "Bearer x")))).isPresent();
    assertThat(ExecutorAccess.OPEN.refusal(request(Headers.none()))).isEmpty();
    assertThat(
            ExecutorAccess.OPEN.refusal(request(Headers.none()), call("f", "e"), Optional.of("c")))
        .isEmpty();
  }

  @Test
  void whoDemandsTokensNeedsAKey() {
    assertThatThrownBy(() -> new ExecutorAccess(Optional.empty(), true, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--jwt_secret_key");
  }
}
