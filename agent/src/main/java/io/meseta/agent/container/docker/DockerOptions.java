package io.meseta.agent.container.docker;

import io.meseta.agent.sandbox.LogLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How containers are run.
 *
 * @param host where the engine listens: {@code unix:///path} or {@code tcp://host:port}
 * @param workDir the agent's directory; sandboxes go below it
 * @param agentIp what tasks under host networking are told to be reachable at
 * @param limits time limits
 * @param logs how the output of containers is kept
 * @param pulls how images are pulled
 * @param containers what holds for every container
 */
public record DockerOptions(
    URI host,
    Path workDir,
    String agentIp,
    Limits limits,
    Logs logs,
    Pulls pulls,
    Containers containers) {

  /** Where the engine of most machines listens. */
  public static final URI DEFAULT_HOST = URI.create("unix:///var/run/docker.sock");

  /**
   * Time limits.
   *
   * @param create for creating a container
   * @param away how long a launch waits for an engine that is away or hangs, from its first try on
   * @param start for starting a container
   * @param query for inspecting, listing, signalling: all that the engine answers at once
   * @param remove for removing a container
   * @param listInterval how often containers are listed, in case an event was missed, and how soon
   *     a silent engine is noticed at the latest
   * @param logStall how long an end waits for the last of the container's output without any coming
   */
  public record Limits(
      Duration create,
      Duration away,
      Duration start,
      Duration query,
      Duration remove,
      Duration listInterval,
      Duration logStall) {

    /** Suits production. */
    public static Limits defaults() {
      return new Limits(
          Duration.ofSeconds(60),
          Duration.ofMinutes(3),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10));
    }
  }

  /**
   * How much of a container's output the engine keeps until it has been copied to the sandbox. What
   * a container writes while no agent runs, beyond {@code maxFiles} times {@code maxFileMib}, is
   * lost, and the agent's log says so.
   *
   * @param sandbox how much the sandbox keeps
   */
  public record Logs(int maxFileMib, int maxFiles, LogLimits sandbox) {

    /** Suits production. */
    public static Logs defaults() {
      return new Logs(32, 2, LogLimits.DEFAULT);
    }

    /** The same, with as much kept in the sandbox. */
    public Logs withSandbox(LogLimits limits) {
      return new Logs(maxFileMib, maxFiles, limits);
    }
  }

  /**
   * How images are pulled.
   *
   * @param stall how long a pull may show no progress; there is no limit for a pull that goes on
   * @param tries how often a pull is tried that fails for a reason that may pass
   * @param pause before the second try; twice as long before each one that follows
   * @param credentials what registries are told, where a task brings no credentials of its own
   */
  public record Pulls(Duration stall, int tries, Duration pause, DockerConfig credentials) {

    /** Suits production, where registries want no credentials. */
    public static Pulls defaults() {
      return new Pulls(Duration.ofMinutes(2), 5, Duration.ofSeconds(2), DockerConfig.NONE);
    }

    public Pulls withStall(Duration newStall) {
      return new Pulls(newStall, tries, pause, credentials);
    }

    public Pulls withCredentials(DockerConfig newCredentials) {
      return new Pulls(stall, tries, pause, newCredentials);
    }
  }

  /**
   * What holds for every container.
   *
   * @param concurrentLaunches how many are created and started at the same time; others wait for
   *     their turn in the order in which they came
   * @param enforceDiskQuota whether a container may write no more into its own file system than its
   *     disk resource says, where the engine's storage can hold it to that
   * @param pidsLimit how many processes and threads a container may have at most; 0: as many as the
   *     machine allows
   */
  public record Containers(int concurrentLaunches, boolean enforceDiskQuota, long pidsLimit) {

    /** Suits production. */
    public static Containers defaults() {
      return new Containers(16, false, 0);
    }

    public Containers withDiskQuota(boolean enforced) {
      return new Containers(concurrentLaunches, enforced, pidsLimit);
    }

    public Containers withPidsLimit(long limit) {
      return new Containers(concurrentLaunches, enforceDiskQuota, limit);
    }
  }

  /** All defaults. */
  public static DockerOptions defaults(Path workDir, String agentIp) {
    return new DockerOptions(
        DEFAULT_HOST,
        workDir,
        agentIp,
        Limits.defaults(),
        Logs.defaults(),
        Pulls.defaults(),
        Containers.defaults());
  }

  public DockerOptions withHost(URI newHost) {
    return new DockerOptions(newHost, workDir, agentIp, limits, logs, pulls, containers);
  }

  public DockerOptions withLimits(Limits newLimits) {
    return new DockerOptions(host, workDir, agentIp, newLimits, logs, pulls, containers);
  }

  public DockerOptions withLogs(Logs newLogs) {
    return new DockerOptions(host, workDir, agentIp, limits, newLogs, pulls, containers);
  }

  public DockerOptions withPulls(Pulls newPulls) {
    return new DockerOptions(host, workDir, agentIp, limits, logs, newPulls, containers);
  }

  public DockerOptions withContainers(Containers newContainers) {
    return new DockerOptions(host, workDir, agentIp, limits, logs, pulls, newContainers);
  }
}
