package io.meseta.agent.container.docker;

import com.github.dockerjava.api.model.HostConfig;
import com.google.protobuf.ByteString;
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
 * @param endpoint how it is known in its network
 * @param files what has to exist on this machine before
 */
record RunConfig(
    String name,
    String image,
    boolean forcePull,
    ProcessConfig process,
    Map<String, String> labels,
    HostConfig hostConfig,
    Endpoint endpoint,
    Files files) {

  /**
   * What runs inside.
   *
   * @param entrypoint empty: the image's
   * @param command empty: the image's
   * @param environment beyond the image's; may hold secrets
   * @param user absent: the image's
   */
  record ProcessConfig(
      List<String> entrypoint,
      List<String> command,
      Map<String, String> environment,
      Optional<String> user,
      Optional<String> workingDirectory,
      Optional<String> hostname,
      Optional<String> stopSignal) {

    @Override
    public String toString() {
      return "ProcessConfig[" + entrypoint + ", environment " + environment.keySet() + "]";
    }
  }

  /** In a network that users made. */
  record Endpoint(Optional<String> ipv4, Optional<String> ipv6, List<String> aliases) {}

  /** What a container finds of this machine's files. */
  record Files(List<Path> directories, List<SecretFile> secrets) {}

  /** A secret that a container reads as a file. */
  record SecretFile(Path path, ByteString content) {

    @Override
    public String toString() {
      return "SecretFile[" + path + "]";
    }
  }

  /**
   * The same, run by a user of this machine, and where neither the task nor its image says it, in
   * this directory.
   */
  RunConfig runBy(Optional<String> user, Optional<String> workingDirectory) {
    ProcessConfig changed =
        new ProcessConfig(
            process.entrypoint(),
            process.command(),
            process.environment(),
            user.or(process::user),
            process.workingDirectory().or(() -> workingDirectory),
            process.hostname(),
            process.stopSignal());
    return new RunConfig(name, image, forcePull, changed, labels, hostConfig, endpoint, files);
  }
}
