package io.meseta.executor;

import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.common.config.Durations;
import java.time.Duration;
import java.util.Map;

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
 */
public record ExecutorEnvironment(
    FrameworkID framework,
    ExecutorID executor,
    String agentEndpoint,
    boolean checkpoint,
    Duration shutdownGrace,
    Duration recoveryTimeout,
    Duration backoffMax) {

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
        checkpoint ? duration(variables, "MESOS_SUBSCRIPTION_BACKOFF_MAX") : Duration.ZERO);
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
