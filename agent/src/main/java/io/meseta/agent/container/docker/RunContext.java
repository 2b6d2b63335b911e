package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a container's configuration depends on besides its task.
 *
 * @param sandbox of the task, absolute
 * @param secrets where files with secrets go, absolute; outside of every sandbox
 * @param parentSandbox of the executor in whose group the task is, absolute
 * @param network the network of its group that it is in, instead of one of its own
 */
record RunContext(
    Path sandbox,
    Optional<Path> parentSandbox,
    Path secrets,
    Machine machine,
    Optional<ContainerSpec.Network> network) {

  /**
   * The same for all containers.
   *
   * @param hostMemoryBytes of this machine
   * @param diskQuota whether the engine's storage can hold a container to its disk
   */
  record Machine(
      long hostMemoryBytes,
      DockerOptions.Logs logs,
      DockerOptions.Containers containers,
      boolean diskQuota) {}
}
