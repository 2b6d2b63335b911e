package io.meseta.agent.security;

import io.meseta.common.acl.Action;
import io.meseta.common.acl.Question;
import io.meseta.common.auth.Realm;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which realm a path of the agent belongs to, and what its path alone says of it. */
public final class AgentRealms {

  /**
   * Whether the agent lives is told to everybody. Executors are no principals: where they have to
   * prove which they are, {@link ExecutorAccess} judges them.
   */
  private static final List<String> OPEN = List.of("/health", "/api/v1/executor");

  private static final Map<String, Action> VIEWS =
      Map.of(
          "/flags", Action.VIEW_FLAGS,
          "/state", Action.VIEW_FRAMEWORKS,
          "/tasks", Action.VIEW_TASKS);

  private static final List<String> WITH_ACTION_OF_THEIR_OWN =
      List.of(
          "/metrics", "/metrics/snapshot", "/monitor/statistics", "/containers", "/logging/toggle");

  private final Realm reading;
  private final Realm changing;

  /** Realms where a credential is demanded for reading, or for the rest. */
  public AgentRealms(boolean readonly, boolean readwrite) {
    reading = Realm.of("mesos-agent-readonly", readonly);
    changing = Realm.of("mesos-agent-readwrite", readwrite);
  }

  /** The realm of a request. */
  public Realm of(HttpRequest request) {
    String path = request.path();
    if (OPEN.contains(path)) {
      return Realm.OPEN;
    }
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    return reads && !path.startsWith("/api/") && !path.startsWith("/logging/") ? reading : changing;
  }

  /** What a caller has to be allowed to come to this path at all. */
  public static Optional<Question> question(HttpRequest request) {
    String path = request.path();
    String page =
        path.endsWith(".json") ? path.substring(0, path.length() - ".json".length()) : path;
    if (VIEWS.containsKey(page)) {
      return Optional.of(Question.about(VIEWS.get(page)));
    }
    if (page.startsWith("/files/")) {
      return Optional.of(Question.about(Action.ACCESS_SANDBOXES));
    }
    if (page.equals("/api/v1") && hasRecords(request)) {
      return Optional.of(Question.about(Action.ATTACH_CONTAINERS_INPUT));
    }
    return WITH_ACTION_OF_THEIR_OWN.contains(page)
        ? Optional.of(Question.about(Action.GET_ENDPOINTS, page))
        : Optional.empty();
  }

  /** Nothing else is sent so. */
  private static boolean hasRecords(HttpRequest request) {
    return request.headers().first("Content-Type").flatMap(MediaType::parse).stream()
        .anyMatch(MediaType.RECORDIO::equals);
  }
}
