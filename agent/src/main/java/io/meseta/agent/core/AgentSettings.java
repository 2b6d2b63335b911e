package io.meseta.agent.core;

import io.meseta.api.v1.AgentInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an agent's core is told at its making.
 *
 * @param agent who the agent is, without an id: that one comes from the journal or the master
 * @param version of this software, told to the master
 * @param ip the address at which the agent is reached, if it is known
 * @param https whether its API is reached with https
 * @param reconnect waits before a lost or refused link is tried again
 * @param resend waits before an unacknowledged update is sent again; not spread
 * @param journalRetry waits before a failed write is tried again; not spread
 * @param killGrace between asking a container to end and ending it by force, where neither the kill
 *     nor the task says
 * @param registrationLimit a link on which the master has not answered the registration for this
 *     long is given up
 * @param observeInterval between two looks at the engine for containers that belong to no task
 * @param executors what holds for executors of frameworks
 * @param registrationSpread an agent that has been registered waits for up to so long before it
 *     goes to a new leader, so that not all agents come at once
 */
public record AgentSettings(
    AgentInfo agent,
    String version,
    Optional<String> ip,
    boolean https,
    BackOff reconnect,
    BackOff resend,
    BackOff journalRetry,
    Duration killGrace,
    Duration registrationLimit,
    Duration observeInterval,
    ExecutorSettings executors,
    Duration registrationSpread) {

  public AgentSettings {
    if (agent.hasId()) {
      throw new IllegalArgumentException("An agent's id is not a setting, the master gives it");
    }
  }

  /** The defaults; updates are sent again as in Mesos: after 10 s, doubling, at most 10 minutes. */
  public static AgentSettings defaults(AgentInfo agent, String version) {
    return new AgentSettings(
        agent,
        version,
        Optional.empty(),
        false,
        new BackOff(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(15)),
        BackOff.doubling(Duration.ofSeconds(10), Duration.ofMinutes(10)),
        BackOff.doubling(Duration.ofSeconds(1), Duration.ofSeconds(30)),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
        ExecutorSettings.defaults(),
        Duration.ZERO);
  }

  /** These settings with another default grace period for kills. */
  public AgentSettings withKillGrace(Duration grace) {
    return with(changed -> changed.killGrace = grace);
  }

  /** These settings with the address at which the agent is reached. */
  public AgentSettings withIp(Optional<String> address) {
    return with(changed -> changed.ip = address);
  }

  /** These settings for an agent whose API is reached with https, or is not. */
  public AgentSettings withHttps(boolean spoken) {
    return with(changed -> changed.https = spoken);
  }

  /** These settings with other ones for executors of frameworks. */
  public AgentSettings withExecutors(ExecutorSettings other) {
    return with(changed -> changed.executors = other);
  }

  /**
   * These settings with registrations spread over so long, first at a new leader; each attempt that
   * fails doubles it, up to 15 s.
   */
  public AgentSettings withRegistrationBackOff(Duration factor) {
    return with(changed -> {
      changed.reconnect = BackOff.spreadOver(factor);
      changed.registrationSpread = factor;
    });
  }

  private AgentSettings with(Consumer<Changed> change) {
    Changed changed = new Changed(this);
    change.accept(changed);
    return changed.settings();
  }

  /** The same settings, some of which can be set; the others are those of the original. */
  private static final class Changed {
    private final AgentSettings original;
    private Optional<String> ip;
    private boolean https;
    private BackOff reconnect;
    private Duration killGrace;
    private ExecutorSettings executors;
    private Duration registrationSpread;

    Changed(AgentSettings original) {
      this.original = original;
      this.ip = original.ip;
      this.https = original.https;
      this.reconnect = original.reconnect;
      this.killGrace = original.killGrace;
      this.executors = original.executors;
      this.registrationSpread = original.registrationSpread;
    }

    AgentSettings settings() {
      return new AgentSettings(
          original.agent,
          original.version,
          ip,
          https,
          reconnect,
          original.resend,
          original.journalRetry,
          killGrace,
          original.registrationLimit,
          original.observeInterval,
          executors,
          registrationSpread);
    }
  }
}
