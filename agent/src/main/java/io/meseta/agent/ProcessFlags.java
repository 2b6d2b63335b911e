package io.meseta.agent;

import io.meseta.agent.container.ContainerizerKind;
import io.meseta.agent.container.process.ProcessOptions;
import io.meseta.agent.sandbox.LogLimits;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * Which containerizers an agent has, and how it runs plain processes.
 *
 * <p>Filled by picocli (as a mixin) or by the setters; not thread-safe.
 */
public final class ProcessFlags {

  private static final String DEFAULT_CONTAINERIZERS = "docker,process";
  private static final String DEFAULT_PIDS_LIMIT = "4096";

  @Option(
      names = "--containerizers",
      paramLabel = "NAMES",
      defaultValue = DEFAULT_CONTAINERIZERS,
      description =
          "What tasks may be: docker runs containers of type DOCKER, process runs tasks without an"
              + " image as processes of this machine; separated by commas, default"
              + " docker,process. Without docker no Docker engine is needed. mesos, which has both"
              + " kinds in Mesos, is taken for process.")
  private String containerizers = DEFAULT_CONTAINERIZERS;

  @Option(
      names = "--cgroups_root",
      paramLabel = "NAME",
      defaultValue = ProcessOptions.DEFAULT_CGROUPS_ROOT,
      description =
          "Control group below which those of plain processes are, in each hierarchy; default"
              + " ${DEFAULT-VALUE}. Empty: they have none, and their CPU and memory are not"
              + " limited.")
  private String cgroupsRoot = ProcessOptions.DEFAULT_CGROUPS_ROOT;

  @Option(
      names = "--process_pids_limit",
      paramLabel = "NUMBER",
      defaultValue = DEFAULT_PIDS_LIMIT,
      description =
          "How many processes and threads a plain process and its descendants may be at a time;"
              + " default 4096.")
  private int processPidsLimit = Integer.parseInt(DEFAULT_PIDS_LIMIT);

  @Option(
      names = "--switch_user",
      arity = "1",
      paramLabel = "true|false",
      defaultValue = "true",
      description =
          "Whether plain processes run as the user that their command or framework names, for"
              + " which the agent has to be root; otherwise as the agent's own. Default true.")
  private boolean switchUser = true;

  /** See {@code --containerizers}. */
  public ProcessFlags containerizers(String names) {
    containerizers = names;
    return this;
  }

  /** See {@code --cgroups_root}. */
  public ProcessFlags cgroupsRoot(String name) {
    cgroupsRoot = name;
    return this;
  }

  /** See {@code --process_pids_limit}. */
  public ProcessFlags processPidsLimit(int number) {
    processPidsLimit = number;
    return this;
  }

  /** See {@code --switch_user}. */
  public ProcessFlags switchUser(boolean wanted) {
    switchUser = wanted;
    return this;
  }

  /**
   * Which containerizers are wanted.
   *
   * @throws IllegalArgumentException if one is not known
   */
  public Set<ContainerizerKind> kinds() {
    EnumSet<ContainerizerKind> kinds = EnumSet.noneOf(ContainerizerKind.class);
    for (String name : containerizers.split(",", -1)) {
      kinds.add(
          Arrays.stream(ContainerizerKind.values())
              .filter(kind -> kind.isCalled(name.strip()))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "--containerizers=" + containerizers + ": write docker, process or both")));
    }
    return kinds;
  }

  /**
   * How plain processes are run.
   *
   * @throws IllegalArgumentException if a number cannot be right
   */
  public ProcessOptions processOptions(Path workDir, String agentIp, LogLimits logs) {
    if (processPidsLimit < 1) {
      throw new IllegalArgumentException(
          "--process_pids_limit is " + processPidsLimit + "; it must be at least 1");
    }
    return ProcessOptions.defaults(workDir, agentIp)
        .withCgroups(cgroupsRoot, processPidsLimit)
        .withSwitchUser(switchUser)
        .withLogs(logs);
  }

  /** Adds them as pages show them. */
  public void addTo(Map<String, String> flags) {
    flags.put("containerizers", containerizers);
    flags.put("cgroups_root", cgroupsRoot);
    flags.put("process_pids_limit", Integer.toString(processPidsLimit));
    flags.put("switch_user", Boolean.toString(switchUser));
  }
}
