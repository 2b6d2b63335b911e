package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.HostConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as the engine is asked to create it.
 *
 * @param name the container's name on the engine
 * @param image what to run
 * @param forcePull pull even if the image is there
 * @param process what runs inside
 * @param labels found again by these
 * @param hostConfig limits, mounts, networks
 * @param directories of the sandbox that have to exist before
 */
record RunConfig(
    String name,
    String image,
    boolean forcePull,
    ProcessConfig process,
    Map<String, String> labels,
    HostConfig hostConfig,
    List<Path> directories) {

  /**
   * What runs inside.
   *
   * @param entrypoint empty: the image's
   * @param command empty: the image's
   * @param environment beyond the image's
   * @param user absent: the image's
   */
  record ProcessConfig(
      List<String> entrypoint,
      List<String> command,
      Map<String, String> environment,
      Optional<String> user,
      Optional<String> workingDirectory,
      Optional<String> hostname,
      Optional<String> stopSignal) {}
}
