package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import io.meseta.agent.container.ContainerSpec;
import java.util.List;

/**
 * The container that holds the network of a task group: it has the network's namespace, the group's
 * name, addresses and published ports, and waits. Pure, but for the making of its image.
 *
 * <p>It has no rights, no files, no log, and limits far below what any task gets; what it needs is
 * within the resources of the group's executor.
 */
final class NetworkHolder {

  /** An engine needs some of it to start anything at all; what then runs needs a few pages. */
  static final long MEMORY_BYTES = 16L << 20;

  /** Threads of the engine's own count while it starts the container. */
  private static final long PIDS = 32;

  private static final long CPU_PERIOD_MICROS = 100_000;
  private static final long CPU_QUOTA_MICROS = 20_000;
  private static final int FEWEST_CPU_SHARES = 2;

  private static final String REPOSITORY = "meseta/network-holder";

  private NetworkHolder() {}

  /**
   * The holder of this network.
   *
   * @throws UnsupportedTaskException if its tasks ask for what cannot be
   */
  static RunConfig of(ContainerSpec spec, ContainerSpec.Network network)
      throws UnsupportedTaskException {
    RunDraft draft = new RunDraft();
    NetworkMapping.applyToHolder(network, draft);
    draft.entrypoint = List.of("/" + HolderProgram.NAME);
    draft.user = "65534:65534";
    // Asked to end, an engine that stops would wait for it in vain.
    draft.stopSignal = "SIGKILL";
    draft.capabilitiesDropped.add(Capability.ALL);
    draft.securityOptions.add("no-new-privileges");
    draft
        .hostConfig
        .withReadonlyRootfs(true)
        .withIpcMode("none")
        .withMemory(MEMORY_BYTES)
        .withMemorySwap(MEMORY_BYTES)
        .withCpuPeriod(CPU_PERIOD_MICROS)
        .withCpuQuota(CPU_QUOTA_MICROS)
        .withCpuShares(FEWEST_CPU_SHARES)
        .withPidsLimit(PIDS)
        .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
        .withRestartPolicy(RestartPolicy.noRestart());
    draft.labels.putAll(Labels.ofHolder(spec, network.holder()));
    return draft.build(
        Labels.holderName(network.holder()), REPOSITORY + ":" + HolderProgram.VERSION, false);
  }

  /** Gives the engine the image: nothing is pulled for it. */
  static void importImage(EngineClient client) throws EngineException, InterruptedException {
    HolderProgram program = HolderProgram.of(String.valueOf(client.info().getArchitecture()));
    client.importImage(REPOSITORY, HolderProgram.VERSION, program.asTar());
  }
}
