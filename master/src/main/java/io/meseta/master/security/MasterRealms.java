package io.meseta.master.security;

import io.meseta.common.acl.Action;
import io.meseta.common.acl.Question;
import io.meseta.common.auth.Realm;
import io.meseta.common.net.HttpRequest;
import java.util.List;
import java.util.Optional;

/** Which realm a path of the master belongs to, and what its path alone says of it. */
public final class MasterRealms {

  private static final String SCHEDULER = "/api/v1/scheduler";
  private static final String AGENT_LINK = "/api/v1/agent-link";

  /** These need no credential: who looks for a master, or whether one lives, has none at hand. */
  private static final List<String> OPEN = List.of("/health", "/redirect");

  /** These belong to those who change things even where they only read, as in Mesos. */
  private static final List<String> CHANGING =
      List.of("/api/v1", "/quota", "/weights", "/maintenance/", "/machine/", "/logging/");

  private static final List<String> WITH_ACTION_OF_THEIR_OWN =
      List.of("/metrics", "/metrics/snapshot", "/logging/toggle");

  private final Realm schedulers;
  private final Realm agents;
  private final Realm reading;
  private final Realm changing;

  /** Where a credential is demanded. */
  public record Demands(boolean frameworks, boolean agents, boolean readonly, boolean readwrite) {

    /** Whether it is demanded anywhere where only a credential will do. */
    public boolean ofAnybody() {
      return frameworks || readonly || readwrite;
    }
  }

  /** Realms that demand this. */
  public MasterRealms(Demands demands) {
    schedulers = Realm.of("mesos-master-scheduler", demands.frameworks());
    reading = Realm.of("mesos-master-readonly", demands.readonly());
    changing = Realm.of("mesos-master-readwrite", demands.readwrite());
    agents =
        new Realm(
            "meseta-master-agents",
            demands.agents() ? Realm.Entry.AUTHENTICATED_OR_CERTIFIED : Realm.Entry.ANYBODY);
  }

  /** The realm of a request; one that nobody thought of is read or changed like any page. */
  public Realm of(HttpRequest request) {
    String path = request.path();
    if (OPEN.contains(path)) {
      return Realm.OPEN;
    }
    if (path.equals(SCHEDULER)) {
      return schedulers;
    }
    if (path.equals(AGENT_LINK)) {
      return agents;
    }
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    return reads && CHANGING.stream().noneMatch(path::startsWith) ? reading : changing;
  }

  /** What a caller has to be allowed to come to this path at all. */
  public static Optional<Question> question(HttpRequest request) {
    String path = withoutEnding(request.path());
    if (path.equals(AGENT_LINK)) {
      return Optional.of(Question.about(Action.REGISTER_AGENTS));
    }
    if (path.equals("/flags")) {
      return Optional.of(Question.about(Action.VIEW_FLAGS));
    }
    if (path.startsWith("/files/")) {
      return Optional.of(Question.about(Action.ACCESS_MESOS_LOGS));
    }
    return WITH_ACTION_OF_THEIR_OWN.contains(path)
        ? Optional.of(Question.about(Action.GET_ENDPOINTS, path))
        : Optional.empty();
  }

  /** Old tools ask for pages with an ending; it is the same page. */
  private static String withoutEnding(String path) {
    return path.endsWith(".json") ? path.substring(0, path.length() - ".json".length()) : path;
  }
}
