package io.meseta.agent;

import io.meseta.agent.core.ExecutorSettings;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * What an agent is told about executors of frameworks, named as Mesos names it.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class ExecutorFlags {

  private static final ExecutorSettings DEFAULTS = ExecutorSettings.defaults();

  @Option(
      names = "--executor_registration_timeout",
      paramLabel = "DURATION",
      defaultValue = "1mins",
      converter = DurationConverter.class,
      description =
          "How long an executor may take from the start of its container until it has subscribed,"
              + " before it is killed; default ${DEFAULT-VALUE}.")
  private Duration registrationTimeout = DEFAULTS.registrationTimeout();

  @Option(
      names = "--executor_reregistration_timeout",
      paramLabel = "DURATION",
      defaultValue = "15secs",
      converter = DurationConverter.class,
      description =
          "How long executors may take to come back to an agent that was restarted, before they are"
              + " killed; default ${DEFAULT-VALUE}.")
  private Duration reregistrationTimeout = DEFAULTS.reregistrationTimeout();

  @Option(
      names = "--recovery_timeout",
      paramLabel = "DURATION",
      defaultValue = "15mins",
      converter = DurationConverter.class,
      description =
          "How long executors wait for an agent that is away before they give up; default"
              + " ${DEFAULT-VALUE}.")
  private Duration recoveryTimeout = DEFAULTS.recoveryTimeout();

  public ExecutorFlags registrationTimeout(Duration timeout) {
    registrationTimeout = timeout;
    return this;
  }

  public ExecutorFlags reregistrationTimeout(Duration timeout) {
    reregistrationTimeout = timeout;
    return this;
  }

  public ExecutorFlags recoveryTimeout(Duration timeout) {
    recoveryTimeout = timeout;
    return this;
  }

  ExecutorSettings settings() {
    return new ExecutorSettings(
        positive("executor_registration_timeout", registrationTimeout),
        positive("executor_reregistration_timeout", reregistrationTimeout),
        positive("recovery_timeout", recoveryTimeout));
  }

  private static Duration positive(String flag, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException("--" + flag + " must be more than 0");
    }
    return value;
  }

  /** As pages show them. */
  void addTo(Map<String, String> flags) {
    flags.put("executor_registration_timeout", Durations.print(registrationTimeout));
    flags.put("executor_reregistration_timeout", Durations.print(reregistrationTimeout));
    flags.put("recovery_timeout", Durations.print(recoveryTimeout));
  }
}
