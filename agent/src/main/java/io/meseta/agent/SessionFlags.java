package io.meseta.agent;

import io.meseta.agent.http.InputLimits;
import io.meseta.agent.session.SessionOptions;
import io.meseta.common.config.DurationConverter;
import io.meseta.common.config.Durations;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * What an agent is told about commands that people run inside containers.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class SessionFlags {

  private static final Duration FIRST_RECORD_LIMIT = Duration.ofSeconds(30);

  /** Ten of the heartbeats that clients send. */
  private static final Duration SILENCE_LIMIT = Duration.ofMinutes(5);

  /** For each session one client that types, and one that is still leaving. */
  private static final int INPUTS_PER_SESSION = 2;

  /** As many as there are connections. */
  private static final int MOST_SESSIONS = 10_000;

  @Option(
      names = "--max_sessions",
      paramLabel = "NUMBER",
      defaultValue = "100",
      description =
          "How many commands may run inside containers at the same time, by meseta exec or the"
              + " operator API, and how many clients may be attached to outputs beside; default"
              + " 100.")
  private int maxSessions = 100;

  @Option(
      names = "--http_heartbeat_interval",
      paramLabel = "DURATION",
      defaultValue = "30secs",
      converter = DurationConverter.class,
      description = "How often an attached output says that it is still there; default 30secs.")
  private Duration httpHeartbeatInterval = Duration.ofSeconds(30);

  /** So many sessions at the same time. */
  public SessionFlags maxSessions(int count) {
    maxSessions = count;
    return this;
  }

  /** So often. */
  public SessionFlags httpHeartbeatInterval(Duration interval) {
    httpHeartbeatInterval = interval;
    return this;
  }

  /**
   * What sessions are told.
   *
   * @throws IllegalArgumentException if an option is wrong
   */
  SessionOptions sessionOptions() {
    if (maxSessions < 1 || maxSessions > MOST_SESSIONS) {
      throw new IllegalArgumentException(
          "--max_sessions is from 1 to " + MOST_SESSIONS + ", not " + maxSessions);
    }
    if (httpHeartbeatInterval.toMillis() < 1) {
      throw new IllegalArgumentException(
          "--http_heartbeat_interval is at least 1ms, not "
              + Durations.print(httpHeartbeatInterval));
    }
    return SessionOptions.defaults().with(maxSessions, httpHeartbeatInterval);
  }

  InputLimits inputLimits() {
    return new InputLimits(maxSessions * INPUTS_PER_SESSION, FIRST_RECORD_LIMIT, SILENCE_LIMIT);
  }

  void addTo(Map<String, String> flags) {
    flags.put("max_sessions", String.valueOf(maxSessions));
    flags.put("http_heartbeat_interval", Durations.print(httpHeartbeatInterval));
  }
}
