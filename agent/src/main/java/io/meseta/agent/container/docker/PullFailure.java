package io.meseta.agent.container.docker;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a try to pull an image failed, and whether another may do better. The engine tells by words
 * only: most of what registries refuse comes with status 500.
 */
record PullFailure(Kind kind, String reason) {

  /** What can be concluded. */
  enum Kind {
    /** The registry does not have it, or does not say that it has. */
    NOT_FOUND,
    /** The registry wants other credentials. */
    UNAUTHORIZED,
    /** No try will do better. */
    IMPOSSIBLE,
    /** The registry, or the way to it, may be better in a moment. */
    TRANSIENT,
    /** The engine itself went away. */
    ENGINE_AWAY
  }

  private static final Pattern UNAUTHORIZED =
      Pattern.compile(
          "unauthorized|no basic auth credentials|authentication required|"
              + "incorrect username or password|status: 40[13]|forbidden");
  private static final Pattern NOT_FOUND =
      Pattern.compile(
          "not found|manifest unknown|name unknown|does not exist|pull access denied|"
              + "no such image|status: 404");
  private static final Pattern IMPOSSIBLE =
      Pattern.compile(
          "invalid reference|invalid repository|invalid tag|no matching manifest|"
              + "cannot be used on this platform|unsupported|no space left on device|"
              + "server gave http response to https client|certificate");

  /** From the engine's words. */
  static PullFailure of(String reason) {
    String text = reason.toLowerCase(Locale.ROOT);
    // A registry may refuse both ways at once; credentials are what helps then.
    if (NOT_FOUND.matcher(text).find()) {
      return new PullFailure(Kind.NOT_FOUND, reason);
    }
    if (UNAUTHORIZED.matcher(text).find()) {
      return new PullFailure(Kind.UNAUTHORIZED, reason);
    }
    return new PullFailure(
        IMPOSSIBLE.matcher(text).find() ? Kind.IMPOSSIBLE : Kind.TRANSIENT, reason);
  }

  boolean mayPass() {
    return kind == Kind.TRANSIENT || kind == Kind.ENGINE_AWAY;
  }

  /** For the task's author: what happened, and what to do. */
  String advice(String image, Optional<RegistryAuth> auth) {
    String registry = ImageReference.registryOf(image);
    String give =
        "give credentials for "
            + registry
            + " by --docker_config of the agent, or with a docker.tar.gz or .dockercfg among the"
            + " task's URIs";
    return switch (kind) {
      case NOT_FOUND ->
          reason
              + ": check the image's name and tag"
              + (auth.isPresent() ? "" : "; if it is private, " + give);
      case UNAUTHORIZED ->
          reason
              + (auth.isPresent()
                  ? ": the credentials given for " + registry + " do not let it be pulled"
                  : ": " + give);
      case IMPOSSIBLE, TRANSIENT, ENGINE_AWAY -> reason;
    };
  }
}
