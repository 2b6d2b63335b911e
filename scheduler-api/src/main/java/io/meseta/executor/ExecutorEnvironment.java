package io.meseta.executor;

import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.common.config.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent says to an executor in its environment.
 *
 * @param framework {@code MESOS_FRAMEWORK_ID}
 * @param executor {@code MESOS_EXECUTOR_ID}
 * @param agentEndpoint {@code MESOS_AGENT_ENDPOINT}: host and port
 * @param checkpoint {@code MESOS_CHECKPOINT}: whether to come back to an agent that was away
 * @param shutdownGrace {@code MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD}: from SHUTDOWN to the end by
 *     force
 * @param recoveryTimeout {@code MESOS_RECOVERY_TIMEOUT}: how long to try to come back
 * @param backoffMax {@code MESOS_SUBSCRIPTION_BACKOFF_MAX}: the longest wait between two tries
 * @param safety how the agent is spoken to
 */
public record ExecutorEnvironment(
    FrameworkID framework,
    ExecutorID executor,
    String agentEndpoint,
    boolean checkpoint,
    Duration shutdownGrace,
    Duration recoveryTimeout,
    Duration backoffMax,
    Safety safety) {

  /**
   * How the agent is spoken to, where it asks for more than plain calls. Does not print the token.
   *
   * @param token {@code MESOS_EXECUTOR_AUTHENTICATION_TOKEN}: proves to the agent which executor
   *     this is
   * @param https {@code LIBPROCESS_SSL_ENABLED}: whether the agent speaks https
   * @param authorities {@code LIBPROCESS_SSL_CA_FILE}: who vouches for the agent, PEM; empty: those
   *     that Java trusts
   */
  public record Safety(Optional<String> token, boolean https, Optional<Path> authorities) {

    /** Plain http, and nothing to prove. */
    public static final Safety NONE = new Safety(Optional.empty(), false, Optional.empty());

    static Safety of(Map<String, String> variables) {
      String https = variables.getOrDefault("LIBPROCESS_SSL_ENABLED", "");
      return new Safety(
          given(variables, "MESOS_EXECUTOR_AUTHENTICATION_TOKEN"),
          https.equals("1") || https.equals("true"),
          given(variables, "LIBPROCESS_SSL_CA_FILE").map(Path::of));
    }

    private static Optional<String> given(Map<String, String> variables, String name) {
      return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    @Override
    public String toString() {
      return (https ? "https" : "http") + (token.isPresent() ? " with a token" : "");
    }
  }

  /**
   * Reads it.
   *
   * @param variables such as {@link System#getenv()}
   * @return what they say
   * @throws IllegalArgumentException when one is missing or cannot be read; the message names it
   */
  public static ExecutorEnvironment of(Map<String, String> variables) {
    boolean checkpoint = "1".equals(variables.get("MESOS_CHECKPOINT"));
    return new ExecutorEnvironment(
        FrameworkID.newBuilder().setValue(required(variables, "MESOS_FRAMEWORK_ID")).build(),
        ExecutorID.newBuilder().setValue(required(variables, "MESOS_EXECUTOR_ID")).build(),
        required(variables, "MESOS_AGENT_ENDPOINT"),
        checkpoint,
        duration(variables, "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"),
        checkpoint ? duration(variables, "MESOS_RECOVERY_TIMEOUT") : Duration.ZERO,
        checkpoint ? duration(variables, "MESOS_SUBSCRIPTION_BACKOFF_MAX") : Duration.ZERO,
        Safety.of(variables));
  }

  private static String required(Map<String, String> variables, String name) {
    String value = variables.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalArgumentException(
          "The environment has no "
              + name
              + ": an executor is started by an agent, with the first"
              + " task that names it");
    }
    return value;
  }

  private static Duration duration(Map<String, String> variables, String name) {
    try {
      return Durations.parse(required(variables, name));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
