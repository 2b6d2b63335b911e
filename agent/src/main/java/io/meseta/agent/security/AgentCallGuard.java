package io.meseta.agent.security;

import io.meseta.agent.http.CallRefusedException;
import io.meseta.api.v1.agent.Call;
import io.meseta.common.acl.Action;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.acl.Question;
import io.meseta.common.auth.AuditLog;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.HttpRequest;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Stands before every call of the agent's API: asks whether the caller may, and has those that
 * change something written down. Thread-safe.
 */
public final class AgentCallGuard {

  private final Supplier<Authorizer> authorizer;

  /**
   * Judges by these lists.
   *
   * @param authorizer asked for each call
   */
  public AgentCallGuard(Supplier<Authorizer> authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * Judges a call.
   *
   * @return by which it is to be answered
   * @throws CallRefusedException with 403 if the caller may not
   */
  public Exchange admit(HttpRequest request, Call call, Exchange exchange) {
    Optional<Question> question = question(call.getType());
    String type = call.getType().name();
    if (question.isPresent() && !authorizer.get().allows(request.principal(), question.get())) {
      if (changes(call.getType())) {
        AuditLog.denied(request, type, question.get().toString(), 403);
      }
      throw new CallRefusedException(
          403,
          request
                  .principal()
                  .map(name -> "Principal '" + name + "'")
                  .orElse("Somebody without a principal")
              + " is not allowed: "
              + question.get());
    }
    return changes(call.getType())
        ? AuditLog.allowed(request, type, question.map(Question::toString).orElse(""), exchange)
        : exchange;
  }

  private static Optional<Question> question(Call.Type type) {
    return type == Call.Type.GET_METRICS
        ? Optional.of(Question.about(Action.GET_ENDPOINTS, "/metrics/snapshot"))
        : action(type).map(Question::about);
  }

  private static Optional<Action> action(Call.Type type) {
    return switch (type) {
      case GET_FLAGS -> Optional.of(Action.VIEW_FLAGS);
      case SET_LOGGING_LEVEL -> Optional.of(Action.SET_LOG_LEVEL);
      case LIST_FILES, READ_FILE -> Optional.of(Action.ACCESS_SANDBOXES);
      case GET_STATE, GET_FRAMEWORKS, GET_OPERATIONS -> Optional.of(Action.VIEW_FRAMEWORKS);
      case GET_TASKS -> Optional.of(Action.VIEW_TASKS);
      case GET_EXECUTORS -> Optional.of(Action.VIEW_EXECUTORS);
      case GET_CONTAINERS -> Optional.of(Action.VIEW_CONTAINERS);
      case LAUNCH_NESTED_CONTAINER_SESSION ->
          Optional.of(Action.LAUNCH_NESTED_CONTAINER_SESSIONS_UNDER_PARENT_WITH_USER);
      case LAUNCH_NESTED_CONTAINER, LAUNCH_CONTAINER ->
          Optional.of(Action.LAUNCH_NESTED_CONTAINERS_UNDER_PARENT_WITH_USER);
      case ATTACH_CONTAINER_INPUT -> Optional.of(Action.ATTACH_CONTAINERS_INPUT);
      case ATTACH_CONTAINER_OUTPUT -> Optional.of(Action.ATTACH_CONTAINERS_OUTPUT);
      case WAIT_NESTED_CONTAINER, WAIT_CONTAINER -> Optional.of(Action.WAIT_NESTED_CONTAINERS);
      case KILL_NESTED_CONTAINER, KILL_CONTAINER -> Optional.of(Action.KILL_NESTED_CONTAINERS);
      case REMOVE_NESTED_CONTAINER, REMOVE_CONTAINER ->
          Optional.of(Action.REMOVE_NESTED_CONTAINERS);
      case PRUNE_IMAGES -> Optional.of(Action.PRUNE_IMAGES);
      case UNKNOWN,
          GET_HEALTH,
          GET_VERSION,
          GET_METRICS,
          GET_LOGGING_LEVEL,
          GET_AGENT,
          GET_RESOURCE_PROVIDERS,
          ADD_RESOURCE_PROVIDER_CONFIG,
          UPDATE_RESOURCE_PROVIDER_CONFIG,
          REMOVE_RESOURCE_PROVIDER_CONFIG,
          MARK_RESOURCE_PROVIDER_GONE ->
          Optional.empty();
    };
  }

  private static boolean changes(Call.Type type) {
    return switch (type) {
      case SET_LOGGING_LEVEL,
          LAUNCH_NESTED_CONTAINER_SESSION,
          LAUNCH_NESTED_CONTAINER,
          LAUNCH_CONTAINER,
          KILL_NESTED_CONTAINER,
          KILL_CONTAINER,
          REMOVE_NESTED_CONTAINER,
          REMOVE_CONTAINER,
          PRUNE_IMAGES ->
          true;
      default -> false;
    };
  }
}
