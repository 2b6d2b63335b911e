package io.meseta.agent.core;

import io.meseta.agent.health.CheckAnswer;
import io.meseta.agent.health.CheckKind;
import io.meseta.agent.health.CheckTarget;
import io.meseta.api.v1.CheckInfo;
import io.meseta.api.v1.CheckStatusInfo;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.HealthCheck;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.TaskInfo;
import java.time.Duration;
import java.util.Optional;

/**
 * What a task wants asked, and when; health checks and checks in one form. Pure.
 *
 * @param timeout for one question
 */
record CheckPlan(
    CheckKind kind, Question question, Duration delay, Duration interval, Duration timeout) {

  /** One that has no limit is given up after this, so that it does not hang for ever. */
  private static final Duration LONGEST = Duration.ofDays(365);

  /** Asking more often than this would only burn the machine. */
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

  /** What is asked; where is known when the container runs. */
  private sealed interface Question {
    record Command(CommandInfo command) implements Question {}

    record Http(String scheme, NetworkInfo.Protocol protocol, int port, String path)
        implements Question {}

    record Tcp(NetworkInfo.Protocol protocol, int port) implements Question {}
  }

  /** Why the checks of a task cannot be asked, if they cannot. The master refuses these too. */
  static Optional<String> refusal(TaskInfo task) {
    if (task.hasHealthCheck() && task.getHealthCheck().getType() == HealthCheck.Type.UNKNOWN) {
      return Optional.of("health_check.type is none of COMMAND, HTTP and TCP");
    }
    if (task.hasCheck() && task.getCheck().getType() == CheckInfo.Type.UNKNOWN) {
      return Optional.of("check.type is none of COMMAND, HTTP and TCP");
    }
    return Optional.empty();
  }

  static CheckPlan of(HealthCheck check) {
    Question question =
        switch (check.getType()) {
          case COMMAND -> new Question.Command(check.getCommand());
          case HTTP ->
              new Question.Http(
                  check.getHttp().hasScheme() ? check.getHttp().getScheme() : "http",
                  check.getHttp().getProtocol(),
                  check.getHttp().getPort(),
                  path(check.getHttp().getPath()));
          case TCP -> new Question.Tcp(check.getTcp().getProtocol(), check.getTcp().getPort());
          case UNKNOWN ->
              throw new IllegalArgumentException("a health check without a type is never taken");
        };
    return new CheckPlan(
        CheckKind.HEALTH,
        question,
        seconds(check.getDelaySeconds()),
        interval(check.getIntervalSeconds()),
        timeout(check.getTimeoutSeconds()));
  }

  static CheckPlan of(CheckInfo check) {
    Question question =
        switch (check.getType()) {
          case COMMAND -> new Question.Command(check.getCommand().getCommand());
          case HTTP ->
              new Question.Http(
                  "http",
                  NetworkInfo.Protocol.IPv4,
                  check.getHttp().getPort(),
                  path(check.getHttp().getPath()));
          case TCP -> new Question.Tcp(NetworkInfo.Protocol.IPv4, check.getTcp().getPort());
          case UNKNOWN ->
              throw new IllegalArgumentException("a check without a type is never taken");
        };
    return new CheckPlan(
        CheckKind.STATUS,
        question,
        seconds(check.getDelaySeconds()),
        interval(check.getIntervalSeconds()),
        timeout(check.getTimeoutSeconds()));
  }

  /** Nothing where the container has no address that could be asked. */
  Optional<CheckTarget> target(CheckAddress address) {
    return switch (question) {
      case Question.Command q -> Optional.of(new CheckTarget.Command(q.command()));
      case Question.Http q ->
          address
              .of(q.protocol())
              .map(host -> new CheckTarget.Http(q.scheme(), host, q.port(), q.path()));
      case Question.Tcp q ->
          address.of(q.protocol()).map(host -> new CheckTarget.Tcp(host, q.port()));
    };
  }

  private static String path(String path) {
    return path.isEmpty() ? "/" : path;
  }

  private static Duration interval(double seconds) {
    Duration given = seconds(seconds);
    return given.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : given;
  }

  private static Duration timeout(double seconds) {
    Duration given = seconds(seconds);
    return given.isZero() ? LONGEST : given;
  }

  /** What a framework gave; the master has refused negative ones. */
  static Duration seconds(double seconds) {
    double bounded = Math.clamp(seconds, 0.0, (double) LONGEST.toSeconds());
    return Duration.ofNanos(Math.round(bounded * 1_000_000_000.0));
  }

  /** Before the first answer: only of what kind it will be. */
  static CheckStatusInfo withoutAnswer(CheckInfo check) {
    CheckStatusInfo.Builder status = CheckStatusInfo.newBuilder().setType(check.getType());
    switch (check.getType()) {
      case COMMAND -> status.setCommand(CheckStatusInfo.Command.getDefaultInstance());
      case HTTP -> status.setHttp(CheckStatusInfo.Http.getDefaultInstance());
      case TCP -> status.setTcp(CheckStatusInfo.Tcp.getDefaultInstance());
      case UNKNOWN -> throw new IllegalArgumentException("a check without a type is never taken");
    }
    return status.build();
  }

  /** An answer as a status update carries it. */
  static CheckStatusInfo status(CheckInfo check, CheckAnswer answer) {
    CheckStatusInfo.Builder status = withoutAnswer(check).toBuilder();
    switch (answer) {
      case CheckAnswer.ExitCode a -> status.getCommandBuilder().setExitCode(a.code());
      case CheckAnswer.HttpStatus a -> status.getHttpBuilder().setStatusCode(a.code());
      case CheckAnswer.Connected a -> status.getTcpBuilder().setSucceeded(true);
      case CheckAnswer.Refused a -> status.getTcpBuilder().setSucceeded(false);
      case CheckAnswer.None a -> {
        // No answer is what the empty status says.
      }
    }
    return status.build();
  }

  /** For people. */
  static String describe(CheckAnswer answer) {
    return switch (answer) {
      case CheckAnswer.ExitCode a -> "Check: exit code " + a.code();
      case CheckAnswer.HttpStatus a -> "Check: HTTP status " + a.code();
      case CheckAnswer.Connected a -> "Check: the connection opens";
      case CheckAnswer.Refused a -> "Check: no connection: " + a.reason();
      case CheckAnswer.None a -> "Check: no answer: " + a.reason();
    };
  }
}
