package io.meseta.master.validation;

import io.meseta.api.v1.CheckInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.HealthCheck;
import io.meseta.api.v1.TaskInfo;
import java.util.Optional;

/** Health checks and checks: what to look at, and when. */
final class CheckRules {
  private static final int MAX_PORT = 65_535;

  private CheckRules() {}

  static Optional<String> invalidReason(TaskInfo task) {
    return Reasons.first(
        () -> task.hasHealthCheck() ? invalidHealthCheck(task.getHealthCheck()) : Optional.empty(),
        () -> task.hasCheck() ? invalidCheck(task.getCheck()) : Optional.empty());
  }

  private static Optional<String> invalidHealthCheck(HealthCheck check) {
    return Reasons.first(
        () -> invalidHealthCheckKind(check),
        () -> seconds("health_check.delay_seconds", check.getDelaySeconds()),
        () -> seconds("health_check.interval_seconds", check.getIntervalSeconds()),
        () -> seconds("health_check.timeout_seconds", check.getTimeoutSeconds()),
        () -> seconds("health_check.grace_period_seconds", check.getGracePeriodSeconds()));
  }

  private static Optional<String> invalidHealthCheckKind(HealthCheck check) {
    return switch (check.getType()) {
      case COMMAND ->
          check.hasCommand()
              ? command("health_check", check.getCommand())
              : incomplete("health_check", "COMMAND", "command");
      case HTTP ->
          check.hasHttp()
              ? invalidHttp(check.getHttp())
              : incomplete("health_check", "HTTP", "http");
      case TCP ->
          check.hasTcp()
              ? port("health_check.tcp.port", check.getTcp().getPort())
              : incomplete("health_check", "TCP", "tcp");
      case UNKNOWN -> Optional.of("'health_check.type' is none of COMMAND, HTTP and TCP");
    };
  }

  private static Optional<String> invalidHttp(HealthCheck.HTTPCheckInfo http) {
    return Reasons.first(
        () -> port("health_check.http.port", http.getPort()),
        () ->
            Reasons.when(
                http.hasScheme()
                    && !http.getScheme().equals("http")
                    && !http.getScheme().equals("https"),
                "'health_check.http.scheme' is '" + http.getScheme() + "', not http or https"),
        () -> path("health_check.http.path", http.getPath()));
  }

  private static Optional<String> invalidCheck(CheckInfo check) {
    return Reasons.first(
        () -> invalidCheckKind(check),
        () -> seconds("check.delay_seconds", check.getDelaySeconds()),
        () -> seconds("check.interval_seconds", check.getIntervalSeconds()),
        () -> seconds("check.timeout_seconds", check.getTimeoutSeconds()));
  }

  private static Optional<String> invalidCheckKind(CheckInfo check) {
    return switch (check.getType()) {
      case COMMAND ->
          check.hasCommand()
              ? command("check", check.getCommand().getCommand())
              : incomplete("check", "COMMAND", "command");
      case HTTP ->
          check.hasHttp()
              ? Reasons.first(
                  () -> port("check.http.port", check.getHttp().getPort()),
                  () -> path("check.http.path", check.getHttp().getPath()))
              : incomplete("check", "HTTP", "http");
      case TCP ->
          check.hasTcp()
              ? port("check.tcp.port", check.getTcp().getPort())
              : incomplete("check", "TCP", "tcp");
      case UNKNOWN -> Optional.of("'check.type' is none of COMMAND, HTTP and TCP");
    };
  }

  private static Optional<String> incomplete(String where, String type, String field) {
    return Optional.of("'" + where + "' is of type " + type + " but has no '" + field + "'");
  }

  private static Optional<String> command(String where, CommandInfo command) {
    return CommandRules.invalidReason(command, false).map(reason -> "'" + where + "': " + reason);
  }

  private static Optional<String> port(String field, int port) {
    return Reasons.when(
        port < 1 || port > MAX_PORT,
        "'"
            + field
            + "' ("
            + Integer.toUnsignedString(port)
            + ") is not between 1 and "
            + MAX_PORT);
  }

  private static Optional<String> path(String field, String path) {
    return Reasons.when(
        !path.isEmpty() && !path.startsWith("/"),
        "'" + field + "' ('" + path + "') does not begin with '/'");
  }

  private static Optional<String> seconds(String field, double seconds) {
    return Reasons.when(
        Double.isNaN(seconds) || Double.isInfinite(seconds) || seconds < 0,
        "'" + field + "' (" + seconds + ") is not a number of seconds");
  }
}
