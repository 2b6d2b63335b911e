package io.meseta.agent.security;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.api.v1.executor.Call;
import io.meseta.common.auth.ExecutorTokens;
import io.meseta.common.auth.ExecutorTokens.Claims;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How executors prove to the agent which they are, and what they are told for that. Thread-safe.
 *
 * @param tokens made for each executor that is launched; empty: none are
 * @param demanded whether a call needs its executor's token
 * @param surroundings what else an executor has to know in order to reach the agent
 */
public record ExecutorAccess(
    Optional<ExecutorTokens> tokens, boolean demanded, Map<String, String> surroundings) {

  /** Whoever knows the ids of an executor speaks for it. */
  public static final ExecutorAccess OPEN = new ExecutorAccess(Optional.empty(), false, Map.of());

  private static final String TOKEN = "MESOS_EXECUTOR_AUTHENTICATION_TOKEN";

  public ExecutorAccess {
    if (demanded && tokens.isEmpty()) {
      throw new IllegalArgumentException(
          "--authenticate_http_executors needs --jwt_secret_key, with which their tokens are made");
    }
    surroundings = Map.copyOf(surroundings);
  }

  /** What to launch, with what an executor needs in its environment; tasks are left as they are. */
  public ContainerSpec equip(ContainerSpec spec) {
    if (spec.kind() != ContainerSpec.Kind.EXECUTOR) {
      return spec;
    }
    Map<String, String> environment = new HashMap<>(spec.environment());
    environment.putAll(surroundings);
    tokens.ifPresent(each ->
        environment.put(
            TOKEN,
            each.mint(
                new Claims(
                    spec.framework().value(), spec.executor().value(), spec.container().value()))));
    return spec.withEnvironment(environment);
  }

  /** The answer to a request whose head proves nothing, where that is demanded. */
  public Optional<HttpResponse> refusal(HttpRequest request) {
    return demanded && claims(request).isEmpty()
        ? Optional.of(
            HttpResponse.text(401, "Unauthenticated: an executor's token is needed here")
                .withHeader("WWW-Authenticate", "Bearer realm=\"mesos-agent-executor\""))
        : Optional.empty();
  }

  /**
   * The answer to a call that speaks for another executor than the token does.
   *
   * @param container in which that executor runs; empty if it is not known
   */
  public Optional<HttpResponse> refusal(
      HttpRequest request, Call call, Optional<String> container) {
    if (!demanded) {
      return Optional.empty();
    }
    boolean own =
        claims(request)
            .filter(claims ->
                claims.framework().equals(call.getFrameworkId().getValue())
                    && claims.executor().equals(call.getExecutorId().getValue())
                    && container.map(claims.container()::equals).orElse(true))
            .isPresent();
    return own
        ? Optional.empty()
        : Optional.of(HttpResponse.text(403, "The token is that of another executor"));
  }

  private Optional<Claims> claims(HttpRequest request) {
    return tokens.flatMap(each -> each.read(request.headers()));
  }
}
