package io.meseta.agent.container.process;

import io.meseta.agent.sandbox.LogLimits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How plain processes are run.
 *
 * @param workDir the agent's directory; sandboxes go below it
 * @param agentIp where tasks are told to be reachable: they share the machine's network
 * @param cgroupsRoot name of the control group below which those of containers are; empty: they
 *     have none, and nothing is limited
 * @param maxProcesses how many processes and threads one container may have
 * @param switchUser whether tasks run as the user that they name; an agent that is not root cannot
 * @param logs how much of a container's output is kept
 * @param limits time limits
 */
public record ProcessOptions(
    Path workDir,
    String agentIp,
    String cgroupsRoot,
    int maxProcesses,
    boolean switchUser,
    LogLimits logs,
    Limits limits) {

  public static final String DEFAULT_CGROUPS_ROOT = "meseta";
  public static final int DEFAULT_MAX_PROCESSES = 4096;

  /**
   * Time limits and intervals.
   *
   * @param start from the order to the moment in which the process runs
   * @param round how often sizes of logs are looked at, and whether processes are still there, in
   *     case that no news came
   */
  public record Limits(Duration start, Duration round) {

    /** Suits production. */
    public static Limits defaults() {
      return new Limits(Duration.ofSeconds(30), Duration.ofSeconds(1));
    }
  }

  /** All defaults. */
  public static ProcessOptions defaults(Path workDir, String agentIp) {
    return new ProcessOptions(
        workDir,
        agentIp,
        DEFAULT_CGROUPS_ROOT,
        DEFAULT_MAX_PROCESSES,
        true,
        LogLimits.DEFAULT,
        Limits.defaults());
  }

  public ProcessOptions withCgroups(String root, int newMaxProcesses) {
    return new ProcessOptions(workDir, agentIp, root, newMaxProcesses, switchUser, logs, limits);
  }

  public ProcessOptions withSwitchUser(boolean wanted) {
    return new ProcessOptions(workDir, agentIp, cgroupsRoot, maxProcesses, wanted, logs, limits);
  }

  public ProcessOptions withLogs(LogLimits newLogs) {
    return new ProcessOptions(
        workDir, agentIp, cgroupsRoot, maxProcesses, switchUser, newLogs, limits);
  }
}
